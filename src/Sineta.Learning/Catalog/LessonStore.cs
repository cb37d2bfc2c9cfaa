using Npgsql;
using Sineta.Delivery.Institutions;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Catalog;

/// <summary>Makes, finds, changes and removes the lessons of courses.</summary>
public sealed class LessonStore(NpgsqlDataSource database, CampusTransactions campus)
{
    internal const string Columns = "id, course_id, title, position";

    private const int MostLessons = 500;

    public Task<Change<Lesson>> CreateAsync(
        Institution institution, long courseId, LessonDraft draft, CancellationToken cancellationToken) =>
        campus.RunAsync<Change<Lesson>>(institution, async transaction =>
        {
            await transaction.LockCourseForEditAsync(courseId, cancellationToken);
            if (await CourseStore.FindAsync(transaction, courseId, cancellationToken) is null)
                return new Change<Lesson>.Unknown($"There is no course {courseId}.");
            if (LessonRules.FaultsOf(draft) is { Count: > 0 } faults)
                return new Change<Lesson>.Refused(faults);
            var count = await transaction.NumberAsync(
                "select count(*) from lessons where institution_id = $1 and course_id = $2 and removed_at is null",
                [courseId], cancellationToken);
            if (count >= MostLessons)
                return new Change<Lesson>.Impossible($"A course has at most {MostLessons} lessons.");
            var id = await transaction.NumberAsync(
                "insert into lessons (institution_id, course_id, title, position) values ($1, $2, $3, $4) returning id",
                [courseId, draft.Title!.Trim(), (int)count + 1], cancellationToken);
            return await PlaceAsync(transaction, courseId, id, draft.Position ?? int.MaxValue, cancellationToken);
        }, cancellationToken);

    /// <summary>Changes a lesson; another position moves it.</summary>
    /// <param name="change">Makes the new settings of the present ones.</param>
    public Task<Change<Lesson>> UpdateAsync(
        Institution institution, long id, Func<LessonDraft, LessonDraft> change, CancellationToken cancellationToken) =>
        campus.RunAsync<Change<Lesson>>(institution, async transaction =>
        {
            if (await LockAsync(transaction, id, cancellationToken) is not { } present)
                return Unknown(id);
            var draft = change(LessonDraft.Of(present));
            if (LessonRules.FaultsOf(draft) is { Count: > 0 } faults)
                return new Change<Lesson>.Refused(faults);
            await transaction.ExecuteAsync(
                "update lessons set title = $3 where institution_id = $1 and id = $2", [id, draft.Title!.Trim()], cancellationToken);
            return await PlaceAsync(transaction, present.CourseId, id, draft.Position ?? int.MaxValue, cancellationToken);
        }, cancellationToken);

    /// <summary>
    /// Takes a lesson out of its course, with its contents; what was completed of them stays on record. The caller commits, and sees to
    /// those whom it completes the course for (R9).
    /// </summary>
    internal static async Task<Change<Lesson>> RemoveAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken)
    {
        if (await LockAsync(transaction, id, cancellationToken) is not { } lesson)
            return Unknown(id);
        await transaction.ExecuteAsync(
            """
            with gone as (update contents set removed_at = $3 where institution_id = $1 and lesson_id = $2 and removed_at is null)
            update lessons set removed_at = $3 where institution_id = $1 and id = $2
            """, [id, transaction.Now], cancellationToken);
        await Places.PutAsync(transaction, Places.OfLessons, lesson.CourseId, id: 0, place: 1, cancellationToken);
        return new Change<Lesson>.Made(lesson);
    }

    public async Task<Lesson?> FindAsync(long institutionId, long id, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database, $"select {Columns} from lessons where institution_id = $1 and id = $2 and removed_at is null", institutionId, id);
        return await command.RowAsync(Read, cancellationToken);
    }

    /// <summary>A course's lessons, in order; null where there is no such course.</summary>
    public async Task<IReadOnlyList<Lesson>?> ListAsync(long institutionId, long courseId, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            """
            select l.id, c.id, l.title, l.position from courses c
            left join lessons l on l.institution_id = c.institution_id and l.course_id = c.id and l.removed_at is null
            where c.institution_id = $1 and c.id = $2 order by l.position, l.id
            """, institutionId, courseId);
        var rows = await command.RowsAsync(static row => row.IsDBNull(0) ? null : Read(row), cancellationToken);
        return rows.Count == 0 ? null : [.. rows.OfType<Lesson>()];
    }

    internal static async Task<Lesson?> FindAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            $"select {Columns} from lessons where institution_id = $1 and id = $2 and removed_at is null", id);
        return await command.RowAsync(Read, cancellationToken);
    }

    /// <summary>A lesson whose course nobody but this action edits or studies.</summary>
    internal static async Task<Lesson?> LockAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken)
    {
        if (await FindAsync(transaction, id, cancellationToken) is not { } seen)
            return null;
        await transaction.LockCourseForEditAsync(seen.CourseId, cancellationToken);
        return await FindAsync(transaction, id, cancellationToken);
    }

    internal static Lesson Read(NpgsqlDataReader row) => new(row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetInt32(3));

    private static async Task<Change<Lesson>> PlaceAsync(
        CampusTransaction transaction, long courseId, long id, int place, CancellationToken cancellationToken)
    {
        await Places.PutAsync(transaction, Places.OfLessons, courseId, id, place, cancellationToken);
        var lesson = await FindAsync(transaction, id, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Change<Lesson>.Made(lesson!);
    }

    private static Change<Lesson>.Unknown Unknown(long id) => new($"There is no lesson {id}.");
}
