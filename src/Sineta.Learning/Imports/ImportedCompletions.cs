using System.Globalization;
using Sineta.Events;
using Sineta.Learning.Enrollments;
using Sineta.Learning.People;
using Sineta.Learning.Storage;
using Sineta.Learning.Trails;

namespace Sineta.Learning.Imports;

/// <summary>
/// Keeps the completions of a file as they were, each under the latest enrolment that had begun by then, and completes courses and trails
/// at the time of what completed them. What is completed already stays as it is (R6).
/// </summary>
internal static class ImportedCompletions
{
    public static async Task<IReadOnlyList<ImportRefusal>> RunAsync(
        CampusTransaction transaction, Import import, IReadOnlyList<RowCells> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
            row.Require("content_id", "completed_at");
        long[] named = [.. rows.Select(static r => r.Id("content_id")).OfType<long>()];
        var contents = await ImportedContents.LockAsync(transaction, named, cancellationToken);
        var learners = await ImportedLearners.LockAsync(transaction, rows, cancellationToken);
        var book = await EnrollmentBook.OpenAsync(transaction, learners.Ids, contents.CourseIds, room: 0, cancellationToken);
        var records = await CompletionBook.OpenAsync(transaction, book.Pages, rows.Count, cancellationToken);
        var completed = new List<User>();
        foreach (var row in rows.Where(static r => r.IsFine))
        {
            var (content, user) = (contents.Find(row), learners.Find(row));
            if (content is null || user is null || Enter(book, records, row, user, content) is not var (record, page))
                continue;
            completed.Add(user);
            var progress = records.Progress(page, contents.RequiredOf(content.CourseId));
            if (import.EmitsEvents)
                Tell(transaction, record, content, user, progress.Percent);
            if (page.CompletedAt is null && progress.DoneAt is { } doneAt)
            {
                page.Complete(doneAt);
                if (import.EmitsEvents)
                    Tell(transaction, page, content, user);
            }
        }

        await records.SaveAsync(transaction, cancellationToken);
        await book.SaveAsync(transaction, cancellationToken);
        long[] users = [.. completed.Select(static u => u.Id).Distinct()];
        await TrailFinishing.EvaluatePastAsync(transaction, users, import.EmitsEvents, ImportStep.Source, cancellationToken);
        return RowCells.RefusedOf(rows);
    }

    // What a row adds; null where it adds nothing.
    private static (CompletionRecord Record, EnrollmentPage Page)? Enter(
        EnrollmentBook book, CompletionBook records, RowCells row, User user, ImportedContent content)
    {
        var at = row.Past("completed_at");
        var (answer, correct) = (row.Text("answer"), row.Flag("correct"));
        var (points, possible) = (row.Points("points"), row.Points("points_possible"));
        if (Texts.FaultOf(answer) is { } fault)
            row.Refuse("answer", fault);
        if (points is null != possible is null)
            row.Refuse("points_possible", "Must be given with points, and only with them.");
        else if (possible == 0 || points > possible)
            row.Refuse("points_possible", "Must be over 0, and no less than points.");
        if (!row.IsFine)
            return null;
        if (book.FindAt(user.Id, content.CourseId, at!.Value) is { } page)
            return records.Add(page, content.Id, at.Value, answer, correct, points, possible) is { } record ? (record, page) : null;
        row.Refuse("", $"The learner has no enrollment in the course {content.CourseId} that had begun by then.");
        return null;
    }

    private static void Tell(CampusTransaction transaction, CompletionRecord record, ImportedContent content, User user, int progress)
    {
        var told = new CompletedContent(
            record.Id, transaction.Institution.Id, content.SchoolId, content.CourseId, content.LessonId, content.Id, record.Answer,
            record.Correct,
            content.Explanation, record.Points, record.Answer is null ? null : transaction.Local(record.CompletedAt),
            Delivered: record.Answer is not null, CurrentTime: null);
        var course = new CourseProgress(content.CourseId, content.CourseName, content.CertificateTemplateId, progress);
        transaction.Tell(
            new ContentCompleted(user.AsLearner(), told, course), user.Id,
            string.Create(CultureInfo.InvariantCulture, $"enrollment:{record.EnrollmentId}/content:{content.Id}"), ImportStep.Source,
            record.CompletedAt);
    }

    private static void Tell(CampusTransaction transaction, EnrollmentPage page, ImportedContent content, User user) => transaction.Tell(
        new CourseCompleted(
            new InstitutionRef(transaction.Institution.Id), new CourseRef(content.CourseId, content.CourseName), page.AsItWas(),
            user.AsIdentity()),
        user.Id, EnsureEnrollment.KeyOf(page.Id), ImportStep.Source, page.CompletedAt);
}
