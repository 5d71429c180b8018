"""The language model over HTTP: which writes, which are there, and choosing one."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from qa.endpoint.problems import problem
from qa.endpoint.schemas import ERRORS, Line, Strict
from qa.endpoint.service import Service
from qa.settings import SettingsError


class ModelLine(BaseModel):
    model: str
    kind: str = Field(description="Ollama, LM Studio, llama.cpp, or Footnote's own process.")


class ModelList(BaseModel):
    in_use: str | None = Field(description="The model that writes; null while answers are quoted.")
    fixed: bool = Field(
        description="Whether the server's settings name it, so that none is chosen."
    )
    found: list[ModelLine] = Field(description="Those that can be chosen.")


class ModelChoice(Strict):
    model: Line | None = Field(description="A name as listed; null quotes again.")


def routes(service: Service) -> APIRouter:
    router = APIRouter(tags=["Model"], responses=ERRORS)
    models = service.models

    def told() -> ModelList:
        lines = [ModelLine(model=one.model, kind=one.kind) for one in models.found()]
        return ModelList(in_use=models.in_use, fixed=models.fixed, found=lines)

    @router.get("/v1/model", operation_id="language_models")
    async def language_models(request: Request) -> ModelList:
        """Which model writes, and which are found on the server's own machine."""
        return await service.reads.run(told)

    @router.put("/v1/model", operation_id="choose_language_model")
    async def choose_language_model(body: ModelChoice, request: Request) -> ModelList:
        """Choose a model from the next answer on; it is remembered. Needs a key that may write."""

        def choose() -> ModelList:
            try:
                models.choose(body.model)
            except SettingsError as error:
                raise problem(422, "bad_model", str(error), "model") from None
            return told()

        return await service.answers.run(choose)

    return router
