"""What the endpoint accepts and returns, checked at the edge; inside, only the records of `index`
and `qa` travel."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from index.records import Filters
from qa.drafts import Checked
from qa.endpoint.checks import WORD, iso_date, one_line, storable, whole
from qa.exporting import Format, fits
from qa.records import Answer, Evidence, Turn

MAX_QUESTION = 2_000
MAX_BATCH = 100  # questions in one request
MOST_FAULTS = 100  # told of one request
MAX_TEXT = 20_000  # characters of a text to check: what is done well within the deadline

Text = Annotated[str, AfterValidator(storable)]
Line = Annotated[str, Field(max_length=2_000), AfterValidator(storable)]
Address = Annotated[
    str,
    Field(max_length=2_000, pattern=r"^[hH][tT][tT][pP][sS]?://[^\s<>\"'`]+$"),
    AfterValidator(storable),
]
Day = Annotated[str, AfterValidator(iso_date), WithJsonSchema({"type": "string", "format": "date"})]
Count = Annotated[int, BeforeValidator(whole), Field(ge=1, le=50)]
Question = Annotated[
    str, Field(min_length=1, max_length=MAX_QUESTION, pattern=WORD), AfterValidator(one_line)
]


def in_order(first: str | None, last: str | None) -> None:
    if first and last and first > last:
        raise PydanticCustomError("bad_dates", "published_after lies behind published_before")


class Body(BaseModel):
    """What may be wrong in many places: each would cost time on the event loop, a million of them
    half a minute."""

    @model_validator(mode="wrap")
    @classmethod
    def with_few_faults(cls, given: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(given)
        except ValidationError as error:
            if error.error_count() <= MOST_FAULTS:
                raise
            raise PydanticCustomError(
                "many_faults", f"wrong in more than {MOST_FAULTS} places; see /openapi.json"
            ) from None


class Strict(Body):
    model_config = ConfigDict(extra="forbid", strict=True)


class Message(Strict):
    role: Literal["user", "assistant"]
    content: Annotated[Text, Field(max_length=20_000)]


class Limited(Strict):
    """Which articles may be used."""

    published_after: Day | None = Field(None, description="First day, inclusive.")
    published_before: Day | None = Field(None, description="Last day, inclusive.")
    sources: list[Line] = Field(
        default_factory=list, max_length=100, description="Only articles of these sources."
    )
    collections: list[Line] = Field(
        default_factory=list, max_length=100, description="Only articles in one of these."
    )
    authors: list[Line] = Field(
        default_factory=list,
        max_length=100,
        description="Only articles by one of these; case and accents do not matter.",
    )

    @model_validator(mode="after")
    def ordered(self) -> Self:
        in_order(self.published_after, self.published_before)
        return self

    def filters(self, bounds: Filters = Filters()) -> Filters:
        """What is asked for, within `bounds`: what whoever asks may see at all."""
        return Filters(
            self.published_after,
            self.published_before,
            tuple(self.sources),
            tuple(self.collections),
            bounds.within,
            tuple(self.authors),
        )


class SearchRequest(Limited):
    """A question, and which articles it may use."""

    question: Question = Field(examples=["How far can a Tomahawk fly?"])
    top_k: Count | None = Field(None, description="Passages to retrieve.")

    def options(self, bounds: Filters = Filters()) -> dict[str, Any]:
        """For the pipeline; `bounds` as in `filters`."""
        return {"filters": self.filters(bounds), "top_k": self.top_k}


class AnswerRequest(SearchRequest):
    """A question with the conversation before it."""

    history: list[Message] = Field(default_factory=list, max_length=50)
    stream: bool = Field(False, description="Server-sent events: evidence, claim by claim, done.")

    def turns(self) -> list[Turn]:
        return [Turn(message.role, message.content) for message in self.history]


class BatchRequest(Limited):
    """Many questions, each answered by itself."""

    questions: list[Question] = Field(min_length=1, max_length=MAX_BATCH)
    top_k: Count | None = Field(None, description="Passages to retrieve for each.")

    def options(self, bounds: Filters = Filters()) -> dict[str, Any]:
        return {"filters": self.filters(bounds), "top_k": self.top_k}


class CheckRequest(Limited):
    """A text of one's own, and which articles may bear it out."""

    text: Annotated[
        str, Field(min_length=1, max_length=MAX_TEXT, pattern=WORD), AfterValidator(storable)
    ] = Field(examples=["The Tomahawk flies about 1,600 kilometers."])


class ExportRequest(Body):
    """Answers as they were returned, and the format to write them in."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    format: Format
    answers: list[Answer] = Field(min_length=1, max_length=MAX_BATCH)

    @model_validator(mode="after")
    def sized(self) -> Self:
        if not fits(self.answers):
            raise PydanticCustomError(
                "too_much", "too much for one file; export fewer answers at once"
            )
        return self


class ErrorBody(BaseModel):
    code: str
    message: str
    field: str | None = None


class BatchLine(BaseModel):
    question: str
    answer: Answer | None = Field(description="The record; null when this one failed.")
    error: ErrorBody | None = Field(description="Why it failed; null when it did not.")


class BatchResponse(BaseModel):
    answers: list[BatchLine] = Field(description="In the order of the questions.")


class CheckResponse(BaseModel):
    sentences: list[Checked] = Field(description="text[start:end] of each, in Unicode characters.")


class SearchResponse(BaseModel):
    evidence: list[Evidence]


class Health(BaseModel):
    status: Literal["ok"]
    version: str
    articles: int
    generation: int
    writer: str
    model: str | None


class Problem(BaseModel):
    error: ErrorBody


ERRORS: dict[int | str, dict[str, Any]] = {"4XX": {"model": Problem}, "5XX": {"model": Problem}}
ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)
