using Sineta.Events;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Imports;

/// <summary>
/// The enrolments of some learners in some courses, while rows are worked through: what is there, and what they add. To be opened with the
/// courses and the learners locked, and saved once.
/// </summary>
internal sealed class EnrollmentBook
{
    private readonly Dictionary<(long UserId, long CourseId), List<EnrollmentPage>> _pages;
    private readonly Queue<long> _ids;

    private EnrollmentBook(IEnumerable<EnrollmentPage> present, IEnumerable<long> ids)
    {
        _pages = present.GroupBy(static p => (p.UserId, p.CourseId)).ToDictionary(static g => g.Key, static g => g.ToList());
        _ids = new Queue<long>(ids);
    }

    public IEnumerable<EnrollmentPage> Pages => _pages.Values.SelectMany(static p => p);

    /// <param name="room">How many enrolments can be added.</param>
    public static async Task<EnrollmentBook> OpenAsync(
        CampusTransaction transaction, IReadOnlyCollection<long> userIds, IReadOnlyCollection<long> courseIds, int room,
        CancellationToken cancellationToken)
    {
        await using var present = transaction.Command(
            """
            select id, user_id, course_id, enrolled_at, date_expire, ended is null, completed_at from enrollments
            where institution_id = $1 and user_id = any($2) and course_id = any($3) order by id for no key update
            """, userIds.ToArray(), courseIds.ToArray());
        var pages = await present.RowsAsync(
            static row => new EnrollmentPage(
                row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetFieldValue<DateTimeOffset>(3), row.DayOrNull(4),
                row.GetBoolean(5),
                row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6)),
            cancellationToken);
        await using var ids = transaction.Command(
            "select nextval(pg_get_serial_sequence('enrollments', 'id')) from generate_series(1, $2)", room);
        return new EnrollmentBook(pages, await ids.RowsAsync(static row => row.GetInt64(0), cancellationToken));
    }

    /// <summary>
    /// The enrolment that began then, or, where one that is in force is meant, that which is; null where there is neither.
    /// </summary>
    public EnrollmentPage? Find(long userId, long courseId, DateTimeOffset enrolledAt, DateOnly? lastDay, DateOnly today)
    {
        var all = Of(userId, courseId);
        return all.FirstOrDefault(p => p.EnrolledAt == enrolledAt)
            ?? (lastDay < today ? null : all.FirstOrDefault(p => p.IsInForceOn(today)));
    }

    /// <summary>The enrolment under which something was done then: the latest that had begun; null where none had.</summary>
    public EnrollmentPage? FindAt(long userId, long courseId, DateTimeOffset moment) =>
        Of(userId, courseId).Where(p => p.EnrolledAt <= moment).MaxBy(static p => p.EnrolledAt);

    public EnrollmentPage Add(long userId, long courseId, DateTimeOffset enrolledAt, DateOnly? lastDay, DateTimeOffset? completedAt)
    {
        var page = new EnrollmentPage(_ids.Dequeue(), userId, courseId, enrolledAt, lastDay, IsOpen: true, completedAt) { IsNew = true };
        if (!_pages.TryAdd((userId, courseId), [page]))
            _pages[(userId, courseId)].Add(page);
        return page;
    }

    /// <summary>Keeps it all. What is open and over ends, as every enrolment does on access (R4).</summary>
    public async Task SaveAsync(CampusTransaction transaction, CancellationToken cancellationToken)
    {
        EnrollmentPage[] over = [.. Pages.Where(p => p.IsOpen && !p.IsInForceOn(transaction.Today))];
        var endedAt = over.ToDictionary(
            static p => p.Id,
            p => transaction.Institution.Clock.ToInstant(p.LastDay!.Value.AddDays(1).ToDateTime(TimeOnly.MinValue)).ToUniversalTime());
        EnrollmentPage[] changed = [.. Pages.Where(p => !p.IsNew && (p.IsChanged || endedAt.ContainsKey(p.Id)))];
        await PutAsync(transaction, changed, endedAt, UpdateSql, cancellationToken);
        await PutAsync(transaction, [.. Pages.Where(static p => p.IsNew)], endedAt, InsertSql, cancellationToken);
    }

    private const string Given =
        "unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::timestamptz[], $6::date[], $7::timestamptz[], $8::timestamptz[])"
        + " of(id, user_id, course_id, enrolled_at, date_expire, completed_at, ended_at)";

    private const string UpdateSql =
        $"""
        update enrollments e set completed_at = of.completed_at, ended = case when of.ended_at is null then e.ended else 'expired' end,
            ended_at = coalesce(of.ended_at, e.ended_at)
        from {Given} where e.institution_id = $1 and e.id = of.id
        """;

    private const string InsertSql =
        $"""
        insert into enrollments (institution_id, id, user_id, course_id, source, enrolled_at, date_expire, completed_at, ended, ended_at)
        select $1, id, user_id, course_id, 'import', enrolled_at, date_expire, completed_at,
            case when ended_at is not null then 'expired' end, ended_at
        from {Given}
        """;

    private static async Task PutAsync(
        CampusTransaction transaction, EnrollmentPage[] pages, Dictionary<long, DateTimeOffset> endedAt, string sql,
        CancellationToken cancellationToken)
    {
        if (pages.Length == 0)
            return;
        await transaction.ExecuteAsync(
            sql,
            [
                pages.Select(static p => p.Id).ToArray(), pages.Select(static p => p.UserId).ToArray(),
                pages.Select(static p => p.CourseId).ToArray(),
                pages.Select(static p => p.EnrolledAt.ToUniversalTime()).ToArray(), pages.Select(static p => p.LastDay).ToArray(),
                pages.Select(static p => p.CompletedAt?.ToUniversalTime()).ToArray(),
                pages.Select(p => endedAt.TryGetValue(p.Id, out var at) ? at : (DateTimeOffset?)null).ToArray(),
            ], cancellationToken);
    }

    private List<EnrollmentPage> Of(long userId, long courseId) => _pages.GetValueOrDefault((userId, courseId)) ?? [];
}

/// <summary>An enrolment in the book.</summary>
/// <param name="IsOpen">Nothing has ended it on record; its last day may be over all the same.</param>
internal sealed record EnrollmentPage(
    long Id, long UserId, long CourseId, DateTimeOffset EnrolledAt, DateOnly? LastDay, bool IsOpen, DateTimeOffset? InitiallyCompletedAt)
{
    public bool IsNew { get; init; }

    public bool IsChanged { get; private set; }

    public DateTimeOffset? CompletedAt { get; private set; } = InitiallyCompletedAt;

    public bool IsInForceOn(DateOnly today) => IsOpen && !(LastDay < today);

    public void Complete(DateTimeOffset at) => (CompletedAt, IsChanged) = (at, true);

    /// <summary>As the events show it: of the time when the learner studied.</summary>
    public EnrollmentSnapshot AsItWas() => new(Id, LastDay, CourseId, Actived: true, Status: true);
}
