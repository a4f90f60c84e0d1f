"""A server that makes its client when it is first needed."""

zenml_client = None
_history = None


def get_client():
    global zenml_client
    if zenml_client is not None:
        return zenml_client
    from zenml.client import Client

    zenml_client = Client()
    return zenml_client


def connect():
    global _history
    from zenml.post_execution import get_pipeline

    _history = get_pipeline("‹audit›")  #= pipeline audit literal


def runs_of(name_id_or_prefix: str, count: int = 3):
    found = get_client().get_pipeline(‹name_id_or_prefix›)  #= pipeline ? variable
    return found.runs[‹:count›], zenml_client.get_pipeline_run("‹audit-1›")  #= run ? index; run audit-1 literal


def newest():
    return _history.runs[‹-1›]  #= run ? index audit
