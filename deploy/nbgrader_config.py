"""How nbgrader grades the course; `python -m tools.make_release` copies this beside the assignments."""

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin
from nbgrader.preprocessors import CheckCellMetadata, ClearOutput, ComputeChecksums, LockCells, SaveCells

from lstm_teach.handing_in import gradebook as table


class ClassTable(ExportPlugin):
    """`nbgrader export --to class.csv`: a table that Moodle and Canvas import.

    One row per student, one column per assignment, and the sum. What was not handed in counts 0.
    """

    def export(self, gradebook: Gradebook) -> None:
        """Write the table to `self.to`, or to class.csv."""
        assignments = sorted(assignment.name for assignment in gradebook.assignments)
        chosen = [name for name in assignments if not self.assignment or name in self.assignment]
        rows = []
        for student in sorted(gradebook.students, key=lambda one: one.id):
            if not self.student or student.id in self.student:
                scores = {one.assignment.name: one.score for one in student.submissions}
                rows.append((student.id, [scores.get(name, 0.0) for name in chosen]))
        with open(self.to or "class.csv", "w", encoding="utf-8", newline="") as file:
            file.write(table(chosen, rows))


c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "lstm"
# The lessons come without solutions, so none is cleared: a stub stays as it is.
c.GenerateAssignment.preprocessors = [LockCells, ClearOutput, CheckCellMetadata, ComputeChecksums, SaveCells]
# Seconds for one cell: a loop without end costs one student's points, and no other's.
c.ExecutePreprocessor.timeout = 600
c.ExecutePreprocessor.interrupt_on_timeout = True
c.ExportApp.plugin_class = ClassTable
# Feedback is one page that can be sent: its pictures are inside.
c.HTMLExporter.embed_images = True
