"""Texts of our own from which eight-bit layers learn how far activations reach."""

# Questions or claims, titles and texts, as unlike each other as those that readers meet.
SAMPLE = (
    (
        "Who opened the new bridge over the river on Monday?",
        "Bridge opens after two years of delay",
        "The work began in 2021. The mayor, Anna Holm, opened it on Monday: it cost 4.2 million.",
    ),
    (
        "The coach was dismissed because the club had lost nine matches.",
        "",
        "Rovers part with coach. Published Tuesday 4 November 2025. (The club has not won since "
        "August.) Rovers dismissed their coach on Monday after a ninth defeat, 0-3 at home.",
    ),
    (
        "why did the price of coffee go up",
        "Dry spring leaves roasters short of beans",
        "“We have seen nothing like it in forty years,” said Ilse Brandt, who buys for three "
        "roasters in the port. Harvests fell by 18% in the highlands, where it rained on only six "
        "days between March and June. A kilo now costs $7.90, up from $5.25 a year ago; cafés "
        "say that they will pass on about half of it.",
    ),
    (
        "Nobody was hurt in the fire at the school in Varn.",
        "",
        "Fire at school. Published Friday 9 May 2025. (The alarm was raised at 10:40 am.) Two "
        "pupils and a teacher were taken to hospital with burns, the fire service said.",
    ),
    (
        "When will the court decide on the appeal of the former minister?",
        "Appeal adjourned",
        "Judges adjourned the appeal of Tomas Verel until 12 January. The former minister "
        "was sentenced last year to four and a half years for taking bribes, which he denies. His "
        "lawyer told reporters that two witnesses had not been heard, and that the prosecution had "
        "handed over 1,300 pages a day before the hearing. If it stands he loses his seat.",
    ),
    (
        "The union says that the company will pay every worker 500 euros more.",
        "",
        "Talks over wages end. Published Thursday 2 October 2025. The company offered a rise of "
        "2.5 per cent; the union, which had asked for 500 euros a worker, called that an insult.",
    ),
)
