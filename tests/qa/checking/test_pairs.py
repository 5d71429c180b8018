"""Ordinary claims and sources of news English: half are supported, half are not, over every kind of fact."""

import pytest

from qa.checking.check import Source, check

FRIDAY = "2025-10-17"
SUPPORTED = [
    # who did what to whom
    ("Israel was attacked by Iran on Friday.", "Iran attacked Israel on Friday."),
    ("Trump met Putin in Alaska.", "Putin met Trump in Alaska."),
    ("In Alaska, Trump told Putin to stop.", "Trump told Putin to stop in Alaska."),
    (
        "Lavrov leads the Russian side.",
        "Russian Foreign Minister Sergey Lavrov will lead the Russian side.",
    ),
    # how many of what
    ("Two people were killed.", "Two people were killed and five were injured."),
    ("Five people were injured.", "Two people were killed and five were injured."),
    ("The bank raised its rate to 5 percent.", "The bank raised its rate from 3 to 5 percent."),
    ("Half of the staff left.", "50 percent of the staff left."),
    ("A third of voters stayed at home.", "About 33 percent of voters stayed at home."),
    ("Ten thousand people marched in Rome.", "Some 10,000 people marched in Rome."),
    ("Around 10,000 people marched.", "9,870 people marched."),
    # when
    ("The talks begin at 5 p.m.", "The talks begin at 17:00."),
    ("The company cut 3,000 jobs in 2024.", "The company cut 3,000 jobs last year."),
    ("Exports fell in September.", "Exports fell last month."),
    ("He arrived on October 16.", "He arrived on Thursday."),
    # names
    ("The United States joined the Arctic pact.", "The U.S. joined the Arctic pact."),
    ("Dutch police arrested two men.", "Police in the Netherlands arrested two men."),
    (
        "The EU approved the loan to Kyiv.",
        "The European Union approved the loan to Kiev on Monday.",
    ),
    ("The WHO warned of a new wave.", "The World Health Organization warned of a new wave."),
    ("The World Trade Organization met in Geneva.", "The WTO met in Geneva."),
    # what is denied
    ("Nobody was hurt.", "No one was hurt in the fire."),
    ("The vote was held before the strike.", "The vote was held on Monday, before the strike."),
    # as articles and answers put it
    (
        "Volvo will close its plant in Ghent in 2027.",
        "Volvo said on Tuesday it would close its plant in Ghent in 2027, with the loss of 2,400 jobs.",
    ),
    ("The plant employs 2,400 people.", "The factory, which employs 2,400 people, makes trucks."),
    (
        "Inflation fell to 2.1% in May.",
        "Inflation slowed to 2.1 per cent in May from 2.4 per cent in April.",
    ),
    (
        "Inflation was 2.4% in April.",
        "Inflation slowed to 2.1 per cent in May from 2.4 per cent in April.",
    ),
    (
        "The court ruled against Google.",
        "A U.S. appeals court ruled on Friday against Google in a patent case.",
    ),
    (
        "Shares of Nokia rose by 5%.",
        "Nokia shares climbed 5 percent after the company raised its forecast.",
    ),
    (
        "Nokia raised its forecast.",
        "Nokia shares climbed 5 percent after the company raised its forecast.",
    ),
    (
        "Merkel stepped down in 2021.",
        "Angela Merkel, who stepped down in 2021 after 16 years in office, declined to comment.",
    ),
    (
        "She was in office for 16 years.",
        "Angela Merkel, who stepped down in 2021 after 16 years in office, declined to comment.",
    ),
    ("The strike began on Monday.", "Train drivers began a three-day strike on Monday."),
    ("The strike lasts three days.", "Train drivers began a three-day strike on Monday."),
    (
        "About 300 flights were cancelled.",
        "Some 300 flights were canceled at Heathrow because of fog.",
    ),
    (
        "Brazil's president is Lula.",
        "Brazilian President Luiz Inacio Lula da Silva arrived in Lisbon.",
    ),
    ("The company is based in Seattle.", "The Seattle-based company reported a loss."),
    ("The vote was 52 to 48.", "Senators voted 52-48 to confirm her."),
    ("The deal is worth $3.5 billion.", "The $3.5bn deal was announced on Monday."),
    ("The deal is worth 3.5 billion dollars.", "The $3.5bn deal was announced on Monday."),
    (
        "The plane carried 180 passengers.",
        "There were 180 passengers and six crew on board the plane.",
    ),
    ("The pope visited Canada in July 2022.", "Pope Francis visited Canada in July 2022."),
    (
        "According to the WHO, cases doubled.",
        "Cases have doubled in a week, the World Health Organization said.",
    ),
    (
        "Cases doubled within a week, the WHO said.",
        "Cases have doubled in a week, the World Health Organization said.",
    ),
    ("The minister resigned because of the scandal.", "The minister resigned over the scandal."),
    (
        "The museum reopened after four years.",
        "After four years of renovation, the museum reopened its doors on Saturday.",
    ),
    ("Ten soldiers were killed by the bomb.", "The bomb killed ten soldiers."),
    ("The bomb killed ten soldiers.", "Ten soldiers were killed when a bomb exploded."),
    (
        "Johnson apologised for the party.",
        "Boris Johnson apologized on Wednesday for attending the party.",
    ),
    ("He was born in Lagos.", "Born in Lagos in 1977, the writer moved to London as a child."),
    (
        "The writer moved to London as a child.",
        "Born in Lagos in 1977, the writer moved to London as a child.",
    ),
    (
        "The quake had a magnitude of 6.1.",
        "A magnitude 6.1 earthquake struck eastern Afghanistan early on Wednesday.",
    ),
    (
        "The earthquake struck Afghanistan on Wednesday.",
        "A magnitude 6.1 earthquake struck eastern Afghanistan early on Wednesday.",
    ),
    (
        "The tower is 828 metres high.",
        "At 828 metres, the tower is the tallest building in the world.",
    ),
    ("The law takes effect on January 1.", "The law will take effect on 1 January."),
    (
        "Lula said the forest must be saved.",
        '"The forest must be saved," Lula told reporters in Belem.',
    ),
    ("Lula called the deal historic.", 'Lula called the agreement "historic".'),
    (
        "Ukraine said it shot down 40 drones.",
        "Ukraine's air force said on Sunday that it had shot down 40 of 47 drones.",
    ),
    (
        "Ukraine shot down 40 of 47 drones, its air force said.",
        "Ukraine's air force said on Sunday that it had shot down 40 of 47 drones.",
    ),
    (
        "According to Reuters, the talks collapsed.",
        "The talks collapsed, Reuters reported, citing two diplomats.",
    ),
    ("The company plans to cut 500 jobs.", "The company plans to cut 500 jobs by March."),
    ("The company may cut 500 jobs.", "The company may cut as many as 500 jobs, it said."),
    (
        "Denmark's central bank lowered its key rate.",
        "The Danish central bank lowered its key rate by a quarter point.",
    ),
    (
        "Toyota recalled 1.2 million vehicles.",
        "Toyota is recalling 1.2 million vehicles worldwide over a faulty sensor.",
    ),
    (
        "A sensor was faulty.",
        "Toyota is recalling 1.2 million vehicles worldwide over a faulty sensor.",
    ),
    (
        "The president of France, Emmanuel Macron, visited Berlin.",
        "French President Emmanuel Macron visited Berlin on Tuesday.",
    ),
    (
        "Macron is the president of France.",
        "French President Emmanuel Macron visited Berlin on Tuesday.",
    ),
    (
        "Berlin was visited by Macron on Tuesday.",
        "French President Emmanuel Macron visited Berlin on Tuesday.",
    ),
    ("Ajax drew with PSV.", "Ajax and PSV drew 2-2 in Amsterdam."),
    (
        "The storm has killed eight people since Friday.",
        "Since Friday the storm has killed eight people and left 40,000 homes without power.",
    ),
    (
        "40,000 homes have no power.",
        "Since Friday the storm has killed eight people and left 40,000 homes without power.",
    ),
    (
        "The bridge cost €38 million to build.",
        "The bridge was built at a cost of 38 million euros.",
    ),
    ("Oil costs $80 a barrel.", "Brent crude, the oil benchmark, traded at $80 a barrel."),
    ("Her father is a farmer.", "The daughter of a farmer, she studied law in Porto."),
    ("The law passed by one vote.", "Parliament passed the law by a single vote."),
    ("Police arrested three people.", "Three people were arrested, police said."),
    ("The pandemic delayed the project.", "The project was delayed by the pandemic."),
    ("The trial starts next week.", "The trial is due to start next week."),
    ("The ship left Hamburg on 3 May.", "On May 3 the ship left Hamburg."),
    ("The election is on November 5, 2024.", "Americans vote on Nov. 5, 2024."),
    ("Some 2,000 people gathered.", "About two thousand people gathered in the square."),
    (
        "It is the world's largest wind farm.",
        "The wind farm, the world's largest, lies off the coast of Yorkshire.",
    ),
    ("Honda said it won't build the plant.", "Honda said it would not build the plant."),
    ("It spent $40 million.", "It spent $40 million of the $47 million."),
    (
        "Chicago is ranked first for research.",
        "Chicago is ranked second for hiring, and first for research.",
    ),
]
REFUSED = [
    ("The World Trade Organization met in Geneva.", "The WHO met in Geneva."),
    ("Israel attacked Iran on Friday.", "Iran attacked Israel on Friday."),
    ("Putin told Trump that sanctions would hurt.", "Trump told Putin that sanctions would hurt."),
    ("Harris defeated Trump in Ohio.", "Trump defeated Harris in Ohio."),
    ("Iran was attacked by Israel on Friday.", "Iran attacked Israel on Friday."),
    ("Two people were injured.", "Two people were killed and five were injured."),
    ("57 people were killed.", "The strike killed three people and injured 57."),
    ("The bank raised its rate to 3 percent.", "The bank raised its rate from 3 to 5 percent."),
    ("Half of the staff left.", "40 percent of the staff left."),
    ("Talks lasted 2 hours.", "Talks lasted two to three hours."),
    ("Three women and two men were arrested.", "Three men and two women were arrested in Turin."),
    ("Around 10,000 people marched.", "7,400 people marched."),
    ("The talks begin at 5 p.m.", "The talks begin at 15:00."),
    ("The company cut 3,000 jobs in 2025.", "The company cut 3,000 jobs last year."),
    (
        "The bill takes effect in January 2025.",
        "The bill, which passed on Monday, takes effect in January.",
    ),
    ("He arrived on October 23.", "He arrived on Thursday."),
    ("The United States joined the Arctic pact.", "The United Kingdom joined the Arctic pact."),
    ("Dutch police arrested two men.", "Police in Denmark arrested two men."),
    ("Paula Smith resigned.", "Paul Smith resigned."),
    ("Nobody was hurt.", "Two people were hurt in the fire."),
    ("The vote was held after the strike.", "The vote was held before the strike."),
    # the same words about something else, or one word turned round
    (
        "Volvo will open a plant in Ghent in 2027.",
        "Volvo said on Tuesday it would close its plant in Ghent in 2027, with the loss of 2,400 jobs.",
    ),
    (
        "Inflation rose to 2.1% in May.",
        "Inflation slowed to 2.1 per cent in May from 2.4 per cent in April.",
    ),
    (
        "Inflation was 2.1% in April.",
        "Inflation slowed to 2.1 per cent in May from 2.4 per cent in April.",
    ),
    (
        "The court ruled in favour of Google.",
        "A U.S. appeals court ruled on Friday against Google in a patent case.",
    ),
    (
        "Nokia shares fell 5 percent.",
        "Nokia shares climbed 5 percent after the company raised its forecast.",
    ),
    (
        "Nokia cut its forecast.",
        "Nokia shares climbed 5 percent after the company raised its forecast.",
    ),
    ("The strike began on Tuesday.", "Train drivers began a three-day strike on Monday."),
    ("Senators voted 48-52 to confirm her.", "Senators voted 52-48 to confirm her."),
    ("Senators voted to reject her.", "Senators voted 52-48 to confirm her."),
    (
        "There were six passengers on board.",
        "There were 180 passengers and six crew on board the plane.",
    ),
    (
        "Cases have halved in a week, the WHO said.",
        "Cases have doubled in a week, the World Health Organization said.",
    ),
    ("The minister did not resign over the scandal.", "The minister resigned over the scandal."),
    ("The minister refused to resign over the scandal.", "The minister resigned over the scandal."),
    ("The minister resigned.", "The minister refused to resign over the scandal."),
    (
        "Tesla delivered 466,140 cars, down 83%.",
        "Tesla said it delivered 466,140 cars in the second quarter, up 83% from a year earlier.",
    ),
    ("Chelsea beat Arsenal 3-1.", "Arsenal beat Chelsea 3-1 at home."),
    (
        "The museum closed after four years.",
        "After four years of renovation, the museum reopened its doors on Saturday.",
    ),
    ("Lightning did not start the fire.", "Lightning started the fire, officials said."),
    (
        "The tower is the second tallest building in the world.",
        "At 828 metres, the tower is the tallest building in the world.",
    ),
    ("The law took effect on July 1.", "The law will take effect on 1 January."),
    ("France will send tanks.", "France will not send tanks, the minister said."),
    ("France sent tanks.", "France is considering sending tanks."),
    ("Shell bought BP.", "BP bought Shell in a deal worth $50 billion."),
    ("Shell was bought by BP.", "Shell bought BP in a deal worth $50 billion."),
    ("All passengers survived.", "None of the passengers survived."),
    ("The suspect is guilty.", "The suspect denied that he was guilty."),
    ("The suspect killed two people.", "The suspect is accused of killing two people."),
    ("Prices rose by 3 percentage points.", "Prices rose by 3 percent."),
    ("Peru's president resigned.", "Chile's president resigned."),
    ("Macron called Scholz.", "Scholz called Macron on Sunday."),
    ("The dam burst before the storm.", "The dam burst after the storm."),
    ("Sales in Asia grew 5% and in Europe 8%.", "Sales grew 8% in Asia and 5% in Europe."),
    ("Most voters support the plan.", "Fewer than half of voters support the plan."),
    (
        "Ukraine shot down 47 drones.",
        "Ukraine's air force said on Sunday that it had shot down 40 of 47 drones.",
    ),
    (
        "Ukraine shot down all drones.",
        "Ukraine's air force said on Sunday that it had shot down 40 of 47 drones.",
    ),
    (
        "Russia shot down 40 drones.",
        "Ukraine's air force said on Sunday that it had shot down 40 of 47 drones.",
    ),
    ("The company cut 500 jobs.", "The company plans to cut 500 jobs by March."),
    ("The company will cut 500 jobs.", "The company may cut as many as 500 jobs, it said."),
    (
        "Toyota recalled 1.2 million vehicles in Japan.",
        "Toyota is recalling 1.2 million vehicles worldwide over a faulty sensor.",
    ),
    (
        "Macron visited Berlin on Monday.",
        "French President Emmanuel Macron visited Berlin on Tuesday.",
    ),
    (
        "German President Emmanuel Macron visited Berlin.",
        "French President Emmanuel Macron visited Berlin on Tuesday.",
    ),
    ("Ajax beat PSV 2-2.", "Ajax and PSV drew 2-2 in Amsterdam."),
    (
        "The storm has killed 40,000 people.",
        "Since Friday the storm has killed eight people and left 40,000 homes without power.",
    ),
    (
        "The storm left eight homes without power.",
        "Since Friday the storm has killed eight people and left 40,000 homes without power.",
    ),
    ("The bridge cost 38 million dollars.", "The bridge was built at a cost of 38 million euros."),
    ("Parliament rejected the law by one vote.", "Parliament passed the law by a single vote."),
    ("The pandemic sped up the project.", "The project was delayed by the pandemic."),
    ("One in ten farmers wants the subsidy.", "Ninety percent of farmers want the subsidy."),
    ("The trial started last week.", "The trial is due to start next week."),
    ("The ship arrived in Hamburg on 3 May.", "On May 3 the ship left Hamburg."),
    (
        "It is Europe's largest wind farm, built in 2020.",
        "The wind farm, the world's largest, lies off the coast of Yorkshire.",
    ),
    ("Honda said it would build the plant.", "Honda said it would not build the plant."),
    ("Hamas accepted the plan.", "Israel accepted the plan, but Hamas rejected it."),
    ("Israel rejected the plan.", "Israel accepted the plan, but Hamas rejected it."),
    (
        "Exports rose by 4 percent and imports by 2 percent.",
        "Imports rose by 4 percent and exports by 2 percent.",
    ),
    ("Exports rose by 4 percent.", "Imports rose by 4 percent and exports by 2 percent."),
    (
        "In 2022 the firm made a profit of $5 million.",
        "The firm made a profit of $5 million in 2023, after $3 million in 2022.",
    ),
    ("Men earn less than women.", "Women earn less than men."),
    ("Germany is poorer than Portugal.", "Portugal is poorer than Germany."),
    ("Spain imports more gas than Italy.", "Italy imports more gas than Spain."),
    ("The mayor praised the police.", "The mayor criticised the police."),
    ("She was the first to leave.", "She was the last to leave."),
    ("The drug cured the patients.", "The drug failed to cure the patients."),
    ("He is no longer a suspect.", "He is a suspect."),
    ("He is a suspect.", "He is no longer a suspect."),
    ("Nobody but the pilot died.", "The pilot survived; everyone else died."),
    ("The talks ended on Monday.", "The talks began in Geneva on Monday."),
    ("The city allowed cars in the centre.", "The city banned cars in the centre."),
    ("The party lost the election.", "The party won the election in Ghana."),
    ("All miners survived the blast.", "The miners died in the blast."),
    ("Police released the student.", "Police arrested the student on Friday."),
    ("The jury found him guilty.", "The jury found him innocent."),
    ("The club hired its coach.", "The club sacked its coach on Sunday."),
    ("Exports of gas doubled.", "Imports of gas doubled last year."),
    ("The firm is able to pay.", "The firm is unable to pay."),
    ("A strike is likely in May.", "A strike is unlikely in May."),
    ("The rescue of the miners succeeded.", "The rescue of the miners failed."),
    ("Hamas has accepted the plan.", "Israel has also accepted the plan, but Hamas rejected it."),
]
PAIRS = [(*pair, True) for pair in SUPPORTED] + [(*pair, False) for pair in REFUSED]


@pytest.mark.parametrize(("claim", "source", "right"), PAIRS)
def test_a_claim_of_news(claim: str, source: str, right: bool) -> None:
    assert (check(claim, [Source(source, FRIDAY)]).support == "supported") == right
