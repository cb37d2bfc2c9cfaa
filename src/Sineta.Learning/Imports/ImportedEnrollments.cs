using System.Globalization;
using Sineta.Events;
using Sineta.Learning.Catalog;
using Sineta.Learning.Enrollments;
using Sineta.Learning.People;
using Sineta.Learning.Storage;
using Sineta.Learning.Trails;

namespace Sineta.Learning.Imports;

/// <summary>
/// Keeps the enrolments of a file as they were: each with its own time, and one that was completed completed. An enrolment that is there
/// already is left as it is, but for a completion that it lacks.
/// </summary>
internal static class ImportedEnrollments
{
    public static async Task<IReadOnlyList<ImportRefusal>> RunAsync(
        CampusTransaction transaction, Import import, IReadOnlyList<RowCells> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
            row.Require("course_id", "enrolled_at");
        var courses = await CoursesAsync(transaction, rows, cancellationToken);
        var learners = await ImportedLearners.LockAsync(transaction, rows, cancellationToken);
        var book = await EnrollmentBook.OpenAsync(transaction, learners.Ids, [.. courses.Keys], rows.Count, cancellationToken);
        var entries = new List<(EnrollmentPage Page, User User, ImportedCourse Course, bool IsNew, bool Completes)>();
        foreach (var row in rows.Where(static r => r.IsFine))
        {
            var (course, user) = (CourseOf(row, courses), learners.Find(row));
            if (course is not null && user is not null && Enter(book, row, user, course, transaction) is var (page, isNew, completes))
                entries.Add((page, user, course, isNew, completes));
        }

        await book.SaveAsync(transaction, cancellationToken);
        if (import.EmitsEvents)
            entries.ForEach(entry => Tell(transaction, entry.Page, entry.User, entry.Course, entry.IsNew, entry.Completes));
        var completed = entries.Where(static e => e.Completes).Select(static e => e.User.Id).Distinct().ToList();
        await TrailFinishing.EvaluatePastAsync(transaction, completed, import.EmitsEvents, ImportStep.Source, cancellationToken);
        return RowCells.RefusedOf(rows);
    }

    // What a row adds: an enrolment, or the completion of one; null where it adds nothing.
    private static (EnrollmentPage Page, bool IsNew, bool Completes)? Enter(
        EnrollmentBook book, RowCells row, User user, ImportedCourse course, CampusTransaction transaction)
    {
        var (began, completedAt, lastDay) = (row.Past("enrolled_at"), row.Past("completed_at"), row.Day("date_expire"));
        if (began is not { } enrolledAt)
            return null;
        var first = DateOnly.FromDateTime(transaction.Local(enrolledAt));
        var last = lastDay ?? Enrollment.LastDay(first, course.ValidityDays);
        if (last < first)
            row.Refuse("date_expire", $"Must be {first:yyyy-MM-dd}, the day of enrolled_at, or later.");
        if (completedAt < enrolledAt)
            row.Refuse("completed_at", "Must not be before enrolled_at.");
        if (!row.IsFine)
            return null;
        if (book.Find(user.Id, course.Id, enrolledAt, last, transaction.Today) is not { } present)
            return (book.Add(user.Id, course.Id, enrolledAt, last, completedAt), true, completedAt is not null);
        if (completedAt < present.EnrolledAt)
        {
            var begun = transaction.Local(present.EnrolledAt).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            row.Refuse(
                "completed_at",
                $"Is before {begun}, when the enrollment in force began: an earlier enrollment needs a date_expire that is over.");
            return null;
        }

        if (present.CompletedAt is not null || completedAt is null)
            return null;
        present.Complete(completedAt.Value);
        return (present, false, true);
    }

    private static void Tell(
        CampusTransaction transaction, EnrollmentPage page, User user, ImportedCourse course, bool isNew, bool completes)
    {
        var (institution, told) = (new InstitutionRef(transaction.Institution.Id), new CourseRef(course.Id, course.Name));
        if (isNew)
        {
            transaction.Tell(
                new CourseEnrollment(institution, told, page.AsItWas(), user.AsIdentity()), user.Id, EnsureEnrollment.KeyOf(page.Id),
                ImportStep.Source, page.EnrolledAt);
        }

        if (completes)
        {
            transaction.Tell(
                new CourseCompleted(institution, told, page.AsItWas(), user.AsIdentity()), user.Id, EnsureEnrollment.KeyOf(page.Id),
                ImportStep.Source, page.CompletedAt);
        }
    }

    private static ImportedCourse? CourseOf(RowCells row, Dictionary<long, ImportedCourse> courses)
    {
        if (courses.TryGetValue(row.Id("course_id") ?? 0, out var course) && !course.IsDraft)
            return course;
        row.Refuse("course_id", course is null ? "Is no course of the institution." : "Is a draft, which nobody can have studied.");
        return null;
    }

    private static async Task<Dictionary<long, ImportedCourse>> CoursesAsync(
        CampusTransaction transaction, IReadOnlyList<RowCells> rows, CancellationToken cancellationToken)
    {
        long[] ids = [.. rows.Select(static r => r.Id("course_id")).OfType<long>().Distinct().Order()];
        foreach (var id in ids)
            await transaction.LockCourseForStudyAsync(id, cancellationToken);
        await using var command = transaction.Command(
            "select id, name, status, validity_days from courses where institution_id = $1 and id = any($2)", ids);
        var courses = await command.RowsAsync(
            static row => new ImportedCourse(
                row.GetInt64(0), row.GetString(1), row.GetString(2) == "draft", row.IsDBNull(3) ? null : row.GetInt32(3)),
            cancellationToken);
        return courses.ToDictionary(static c => c.Id);
    }

    private sealed record ImportedCourse(long Id, string Name, bool IsDraft, int? ValidityDays);
}
