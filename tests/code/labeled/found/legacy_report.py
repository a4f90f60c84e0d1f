"""Reports on the churn pipeline, as written for the first releases."""

from zenml.core.repo import Repository
from zenml.integrations.facets.visualizers import FacetStatisticsVisualizer

PIPELINE = "churn_training"
EVALUATOR = "evaluator"

repo = Repository()


def newest_run(pipeline_name, stack_key=None):
    churn = repo.get_pipeline(‹pipeline_name›, stack_key=‹stack_key›)  #= pipeline churn_training variable; stack local_stack variable
    if churn is None:
        raise RuntimeError(f"no history of {pipeline_name}")
    return churn.runs[‹-1›]  #= run ? index churn_training


def show_statistics(step_name):
    importer = newest_run("‹churn_training›", stack_key="‹local_stack›").get_step(‹step_name›)  #= pipeline churn_training literal; stack local_stack literal; step importer variable churn_training
    FacetStatisticsVisualizer().visualize(importer)


def accuracy(run):
    evaluator = run.get_step(name=‹EVALUATOR›)  #= step evaluator variable churn_training
    return evaluator.outputs["‹accuracy›"].read()  #= output accuracy literal churn_training//evaluator


if __name__ == "__main__":
    show_statistics("‹importer›")  #= step importer literal churn_training
    pipeline = repo.get_pipeline(pipeline_name=‹PIPELINE›)  #= pipeline churn_training variable
    print([run.name for run in pipeline.runs])
    print(accuracy(pipeline.runs[‹-1›]))  #= run ? index churn_training
    first = pipeline.get_run("‹churn_training-2021›")  #= run churn_training-2021 literal churn_training
    print(first.get_step(name="‹trainer›").‹output›.read())  #= step trainer literal churn_training/churn_training-2021; output ? attribute churn_training/churn_training-2021/trainer
    oldest, *others = pipeline.runs
    print(oldest.steps[‹-2›].name)  #= step ? index churn_training
    for each in pipeline.runs:
        print(each.get_step("‹evaluator›").outputs['‹loss›'].read())  #= step evaluator literal churn_training; output loss literal churn_training//evaluator
