"""The API's description of itself (OpenAPI 3.1), with the refusals that every address shares."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from takatuf.api.problems import MEDIA_TYPE, Problem

SCHEMA_REF = "#/components/schemas/{model}"
ALWAYS = (401, 403, 404, 422, 500)
OF_A_CHANGE = (409,)
WITH_A_BODY = (400, 413)
CSV = {"type": "string", "description": "CSV in UTF-8 with a byte order mark, RFC 4180"}


class Takatuf(NinjaAPI):
    """The API, describing its refusals as what they are: problem details."""

    _made: OpenAPISchema | None = None

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """The description, made at the first question: it never changes while we run."""
        if self._made is None:
            self._made = self._described(**kwargs)
        return self._made

    def _described(self, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**kwargs)
        problem = Problem.model_json_schema(ref_template=SCHEMA_REF)
        schema["components"]["schemas"].update(problem.pop("$defs", {}))
        schema["components"]["schemas"]["Problem"] = problem
        schema["components"]["responses"] = {
            f"Problem{status}": {
                "description": HTTPStatus(status).phrase,
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
            for status in sorted((*ALWAYS, *OF_A_CHANGE, *WITH_A_BODY))
        }
        for methods in schema["paths"].values():
            for method, operation in methods.items():
                statuses: tuple[int, ...] = ALWAYS
                if method != "get":
                    statuses += OF_A_CHANGE
                if "requestBody" in operation:
                    statuses += WITH_A_BODY
                for status in statuses:
                    answer = {"$ref": f"#/components/responses/Problem{status}"}
                    operation["responses"].setdefault(status, answer)
        return schema

    def get_openapi_operation_id(self, operation: Operation) -> str:
        room = operation.view_func.__module__.rsplit(".", 1)[-1]
        return f"{room}_{operation.view_func.__name__}"


def table(summary: str) -> dict[str, Any]:
    """For an address that answers with CSV instead of JSON."""
    return {
        "responses": {
            200: {"description": summary, "content": {"text/csv": {"schema": CSV}}},
        }
    }
