using Npgsql;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;
using Sineta.Events;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Catalog;

/// <summary>Makes, finds, changes and removes the contents of lessons.</summary>
public sealed class ContentStore(NpgsqlDataSource database, CampusTransactions campus)
{
    internal const string Columns =
        """
        id, course_id, lesson_id, kind, title, position, published, required, body, url, file_id, required_share, starts_at, max_attempts,
        explanation
        """;

    private const int MostContents = 1000;

    /// <summary>Makes a content. Who is in progress sees the progress drop; who has completed the course has completed it (R8).</summary>
    public Task<Change<Content>> CreateAsync(
        Institution institution, long lessonId, ContentDraft draft, CancellationToken cancellationToken) =>
        campus.RunAsync<Change<Content>>(institution, async transaction =>
        {
            var change = await CreateAsync(transaction, lessonId, draft, cancellationToken);
            if (change is Change<Content>.Made)
                await transaction.CommitAsync(cancellationToken);
            return change;
        }, cancellationToken);

    /// <summary>Changes a content. The caller commits, and sees to those whom it completes the course for (R9).</summary>
    /// <param name="change">Makes the new settings of the present ones.</param>
    internal static async Task<Change<Content>> UpdateAsync(
        CampusTransaction transaction, long id, Func<ContentDraft, ContentDraft> change, CancellationToken cancellationToken)
    {
        if (await LockAsync(transaction, id, cancellationToken) is not { } present)
            return Unknown(id);
        var questions = await QuestionStore.ListAsync(transaction, id, cancellationToken);
        var before = ContentDraft.Of(present, questions);
        var (draft, faults) = await CheckAsync(transaction, change(before), questions, cancellationToken);
        if (draft.Kind != before.Kind)
            faults.Add(new("/kind", "Stays what it was made: make another content."));
        var lessonId = draft.LessonId ?? present.LessonId;
        if (lessonId != present.LessonId && !await IsOfCourseAsync(transaction, lessonId, present.CourseId, cancellationToken))
            faults.Add(new("/lesson_id", "Is no lesson of the content's course."));
        if (faults.Count > 0)
            return new Change<Content>.Refused(faults);
        await transaction.ExecuteAsync(
            """
            update contents set kind = $3, title = $4, published = $5, required = $6, body = $7, url = $8, file_id = $9,
                required_share = $10, starts_at = $11, max_attempts = $12, explanation = $13, lesson_id = $14
            where institution_id = $1 and id = $2
            """, [id, .. ValuesOf(draft), lessonId], cancellationToken);
        if (lessonId != present.LessonId)
            await Places.PutAsync(transaction, Places.OfContents, present.LessonId, id: 0, place: 1, cancellationToken);
        return await CompleteAsync(transaction, lessonId, id, draft, cancellationToken);
    }

    /// <summary>
    /// Takes a content out of its course; what was completed of it stays on record. The caller commits, and sees to those whom it completes
    /// the course for (R9).
    /// </summary>
    internal static async Task<Change<Content>> RemoveAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken)
    {
        if (await LockAsync(transaction, id, cancellationToken) is not { } content)
            return Unknown(id);
        await transaction.ExecuteAsync(
            "update contents set removed_at = $3 where institution_id = $1 and id = $2", [id, transaction.Now], cancellationToken);
        await Places.PutAsync(transaction, Places.OfContents, content.LessonId, id: 0, place: 1, cancellationToken);
        return new Change<Content>.Made(content);
    }

    public async Task<Content?> FindAsync(long institutionId, long id, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database, $"select {Columns} from contents where institution_id = $1 and id = $2 and removed_at is null", institutionId, id);
        return await command.RowAsync(Read, cancellationToken);
    }

    internal static async Task<Content?> FindAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            $"select {Columns} from contents where institution_id = $1 and id = $2 and removed_at is null", id);
        return await command.RowAsync(Read, cancellationToken);
    }

    /// <summary>A content whose course nobody but this action edits or studies.</summary>
    internal static async Task<Content?> LockAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken)
    {
        if (await FindAsync(transaction, id, cancellationToken) is not { } seen)
            return null;
        await transaction.LockCourseForEditAsync(seen.CourseId, cancellationToken);
        return await FindAsync(transaction, id, cancellationToken);
    }

    internal static Content Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), Words.Parse<ContentKind>(row.GetString(3)), row.GetString(4), row.GetInt32(5),
        row.GetBoolean(6), row.GetBoolean(7), row.TextOrNull(8), row.TextOrNull(9), row.IdOrNull(10), row.NumberOrNull(11),
        row.MomentOrNull(12), row.NumberOrNull(13), row.TextOrNull(14));

    private static async Task<Change<Content>> CreateAsync(
        CampusTransaction transaction, long lessonId, ContentDraft draft, CancellationToken cancellationToken)
    {
        if (await LessonStore.LockAsync(transaction, lessonId, cancellationToken) is not { } lesson)
            return new Change<Content>.Unknown($"There is no lesson {lessonId}.");
        var (canonical, faults) = await CheckAsync(transaction, draft, known: [], cancellationToken);
        if (draft.LessonId is { } given && given != lessonId)
            faults.Add(new("/lesson_id", "Must be the lesson of the address, or not given."));
        if (faults.Count > 0)
            return new Change<Content>.Refused(faults);
        var count = await transaction.NumberAsync(
            "select count(*) from contents where institution_id = $1 and course_id = $2 and removed_at is null",
            [lesson.CourseId], cancellationToken);
        if (count >= MostContents)
            return new Change<Content>.Impossible($"A course has at most {MostContents} contents.");
        var id = await transaction.NumberAsync(
            """
            insert into contents (institution_id, course_id, lesson_id, position, kind, title, published, required, body, url, file_id,
                                  required_share, starts_at, max_attempts, explanation)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) returning id
            """, [lesson.CourseId, lessonId, int.MaxValue, .. ValuesOf(canonical)], cancellationToken);
        return await CompleteAsync(transaction, lessonId, id, canonical, cancellationToken);
    }

    private static async Task<Change<Content>> CompleteAsync(
        CampusTransaction transaction, long lessonId, long id, ContentDraft draft, CancellationToken cancellationToken)
    {
        await Places.PutAsync(transaction, Places.OfContents, lessonId, id, draft.Position ?? int.MaxValue, cancellationToken);
        await QuestionStore.PutAsync(transaction, id, draft.Questions, cancellationToken);
        return new Change<Content>.Made((await FindAsync(transaction, id, cancellationToken))!);
    }

    private static async Task<bool> IsOfCourseAsync(
        CampusTransaction transaction, long lessonId, long courseId, CancellationToken cancellationToken) =>
        (await LessonStore.FindAsync(transaction, lessonId, cancellationToken))?.CourseId == courseId;

    private static object?[] ValuesOf(ContentDraft draft) =>
    [
        draft.Kind, draft.Title, draft.Published, draft.Required, draft.Body, draft.Url, CatalogReferences.FileIdOf(draft.FileId),
        draft.RequiredShare, draft.StartsAt, draft.MaxAttempts, draft.Explanation,
    ];

    private static async Task<(ContentDraft Canonical, List<Fault> Faults)> CheckAsync(
        CampusTransaction transaction, ContentDraft draft, IReadOnlyList<Question> known, CancellationToken cancellationToken)
    {
        var (canonical, broken) = ContentRules.Check(draft);
        List<Fault> faults = [.. broken, .. QuestionStore.FaultsOfIds(canonical.Questions, known)];
        if (Words.TryParse<ContentKind>(canonical.Kind, out var kind) && faults.All(f => f.Pointer != "/file_id"))
        {
            faults.AddRange(CatalogReferences.At("/file_id", await CatalogReferences.FaultOfFileAsync(
                transaction, canonical.FileId, type => ContentRules.Takes(kind, type), $"a {canonical.Kind}", cancellationToken)));
        }

        return (canonical, faults);
    }

    private static Change<Content>.Unknown Unknown(long id) => new($"There is no content {id}.");
}
