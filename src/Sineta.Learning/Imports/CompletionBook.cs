using Sineta.Learning.Progress;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Imports;

/// <summary>
/// What was completed under some enrolments, while rows are worked through: what is there, and what they add. To be saved once.
/// </summary>
internal sealed class CompletionBook
{
    private readonly Dictionary<(long EnrollmentId, long ContentId), CompletionRecord> _records;
    private readonly Dictionary<(long EnrollmentId, long ContentId), long> _begun;
    private readonly List<CompletionRecord> _added = [];
    private readonly Queue<long> _ids;

    private CompletionBook(List<(CompletionRecord Record, bool IsDone)> present, IEnumerable<long> ids)
    {
        _records = present.Where(static p => p.IsDone).ToDictionary(static p => p.Record.Key, static p => p.Record);
        _begun = present.Where(static p => !p.IsDone).ToDictionary(static p => p.Record.Key, static p => p.Record.Id);
        _ids = new Queue<long>(ids);
    }

    /// <param name="room">How many completions can be added.</param>
    public static async Task<CompletionBook> OpenAsync(
        CampusTransaction transaction, IEnumerable<EnrollmentPage> pages, int room, CancellationToken cancellationToken)
    {
        await using var present = transaction.Command(
            """
            select id, enrollment_id, content_id, user_id, coalesce(completed_at, started_at), completed_at is not null
            from content_completions
            where institution_id = $1 and enrollment_id = any($2)
            """, pages.Select(static p => p.Id).ToArray());
        var records = await present.RowsAsync(
            static row => (
                new CompletionRecord(
                    row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetFieldValue<DateTimeOffset>(4)),
                row.GetBoolean(5)),
            cancellationToken);
        await using var ids = transaction.Command(
            "select nextval(pg_get_serial_sequence('content_completions', 'id')) from generate_series(1, $2)", room);
        return new CompletionBook(records, await ids.RowsAsync(static row => row.GetInt64(0), cancellationToken));
    }

    /// <summary>Puts a completion on record; null where the content was completed already.</summary>
    public CompletionRecord? Add(
        EnrollmentPage page, long contentId, DateTimeOffset at, string? answer, bool? correct, decimal? points, decimal? possible)
    {
        var key = (page.Id, contentId);
        if (_records.ContainsKey(key))
            return null;
        var id = _begun.TryGetValue(key, out var begun) ? begun : _ids.Dequeue();
        var record = new CompletionRecord(id, page.Id, contentId, page.UserId, at)
        {
            Answer = answer,
            Correct = correct,
            Points = points,
            Possible = possible,
        };
        _records.Add(key, record);
        _added.Add(record);
        return record;
    }

    /// <summary>
    /// How far an enrolment is in what its course requires, in whole percent, and since when it has all of that, where it has.
    /// </summary>
    public (int Percent, DateTimeOffset? DoneAt) Progress(EnrollmentPage page, IReadOnlyCollection<long> required)
    {
        DateTimeOffset[] done =
        [
            .. required.Select(id => _records.GetValueOrDefault((page.Id, id))).OfType<CompletionRecord>().Select(static r => r.CompletedAt),
        ];
        var contents = new RequiredContents(done.Length, required.Count);
        return (contents.Progress(page.CompletedAt is not null), contents.AreDone ? done.Max() : null);
    }

    public async Task SaveAsync(CampusTransaction transaction, CancellationToken cancellationToken)
    {
        if (_added.Count == 0)
            return;
        await transaction.ExecuteAsync(
            """
            insert into content_completions (
                institution_id, id, enrollment_id, content_id, user_id, started_at, completed_at, answer, correct, points,
                points_possible, score,
                attempts)
            select $1, id, enrollment_id, content_id, user_id, completed_at, completed_at, answer, correct, points, points_possible,
                round(100 * points / points_possible, 4), case when points is null then 0 else 1 end
            from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::text[], $8::bool[], $9::numeric[],
                        $10::numeric[])
                of(id, enrollment_id, content_id, user_id, completed_at, answer, correct, points, points_possible)
            on conflict (institution_id, enrollment_id, content_id) do update set completed_at = excluded.completed_at,
                answer = excluded.answer, correct = excluded.correct, points = excluded.points, points_possible = excluded.points_possible,
                score = excluded.score, attempts = greatest(content_completions.attempts, excluded.attempts)
            """,
            [
                _added.Select(static r => r.Id).ToArray(), _added.Select(static r => r.EnrollmentId).ToArray(),
                _added.Select(static r => r.ContentId).ToArray(), _added.Select(static r => r.UserId).ToArray(),
                _added.Select(static r => r.CompletedAt.ToUniversalTime()).ToArray(), _added.Select(static r => r.Answer).ToArray(),
                _added.Select(static r => r.Correct).ToArray(), _added.Select(static r => r.Points).ToArray(),
                _added.Select(static r => r.Possible).ToArray(),
            ], cancellationToken);
    }
}

/// <summary>A completion in the book.</summary>
internal sealed record CompletionRecord(long Id, long EnrollmentId, long ContentId, long UserId, DateTimeOffset CompletedAt)
{
    public (long EnrollmentId, long ContentId) Key => (EnrollmentId, ContentId);

    public string? Answer { get; init; }

    public bool? Correct { get; init; }

    public decimal? Points { get; init; }

    public decimal? Possible { get; init; }
}
