from autovet.domain.context import Context
from autovet.project.project import Project
from autovet.project.worked_out import by_project

FILES = {"app/a.py": "x = 1\n", "app/b.py": "y = 2\n"}


@by_project
def paths(project: Project) -> list[str]:
    return sorted(project.texts)


def test_it_is_worked_out_once_for_all_files_of_a_project() -> None:
    kept: dict[object, object] = {}
    one = Project(Context(path="app/a.py"), FILES, worked_out=kept)
    other = Project(Context(path="app/b.py"), FILES, worked_out=kept)
    assert paths(one) is paths(other)


def test_other_declarations_are_another_question() -> None:
    kept: dict[object, object] = {}
    one = Project(Context(python="3.11"), FILES, worked_out=kept)
    other = Project(Context(python="3.13"), FILES, worked_out=kept)
    assert paths(one) is not paths(other)
    assert one.declarations.python != other.declarations.python


def test_the_file_under_validation_is_no_neighbour_of_itself() -> None:
    kept: dict[object, object] = {}
    for path, neighbour in (("app/a.py", "app/b.py"), ("app/b.py", "app/a.py")):
        project = Project(Context(path=path), FILES, worked_out=kept)
        assert [module.path for module in project.others()] == [neighbour]
        assert project.top_level == {"app"}
