using Npgsql;
using NpgsqlTypes;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.History;

/// <summary>The log of an institution's events, newest first by when they were accepted.</summary>
public sealed class EventLog(HistoryDatabase database, TimeProvider time)
{
    private const string Columns = "id, slug, dedupe_key, learner, occurred_at, correlation, source";

    // The learner is in the index by its hash. Asked for by a select of its own, the hash makes this the cheaper index also of an empty day:
    // plans are kept while the day fills.
    private const string OfLearner = "hashtextextended(learner, 0) = (select hashtextextended($6, 0)) and learner = $6";

    private const string PageSql = $"""
        select {Columns} from events
        where institution_id = $1 and id >= $2 and id < $3 and ($4::text is null or slug = $4)
        order by id desc limit $5
        """;

    internal const string PageOfLearnerSql = $"""
        select {Columns} from events
        where institution_id = $1 and {OfLearner} and id >= $2 and id < $3 and ($4::text is null or slug = $4)
        order by id desc limit $5
        """;

    private const string EdgeSql = """
        select id from events where institution_id = $1 and id >= $2 and id < $3 order by id desc offset $5 limit 1
        """;

    internal const string EdgeOfLearnerSql = $"""
        select id from events where institution_id = $1 and {OfLearner} and id >= $2 and id < $3 order by id desc offset $5 limit 1
        """;

    /// <summary>How many rows a window of the search spans at most.</summary>
    internal int WindowRows { get; init; } = 20_000;

    /// <summary>One page.</summary>
    /// <param name="institutionId">Whose log.</param>
    /// <param name="filter">Which events.</param>
    /// <param name="before">Where the page before ended; null on the first.</param>
    /// <param name="limit">How many rows, at most.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public Task<Page<EventEntry>> ReadAsync(
        long institutionId, EventFilter filter, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var (page, edge) = filter.Learner is null ? (PageSql, EdgeSql) : (PageOfLearnerSql, EdgeOfLearnerSql);
        var search = new WindowedSearch<EventEntry>(
            (range, rows) => filter.Slug is null
                ? Task.FromResult<Guid?>(null)
                : Command(edge, institutionId, filter, range, rows).IdAsync(cancellationToken),
            (range, rows) => Command(page, institutionId, filter, range, rows).RowsAsync(Read, cancellationToken),
            static e => e.Id, WindowRows, WindowedSearch.Patience, time);
        return search.ReadAsync(IdRange.Of(filter.From, filter.Until, before), limit);
    }

    /// <summary>One event, with its body; null where the institution has no such.</summary>
    public async Task<Event?> FindAsync(long institutionId, Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"select {Columns}, body from events where institution_id = $1 and id = $2");
        command.Parameters.AddWithValue(institutionId);
        command.Parameters.AddWithValue(id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        var entry = Read(reader);
        return new Event
        {
            InstitutionId = institutionId,
            Id = entry.Id,
            Slug = entry.Slug,
            DedupeKey = entry.DedupeKey,
            Learner = entry.Learner,
            OccurredAt = entry.OccurredAt,
            Correlation = entry.Correlation,
            Source = entry.Source,
            Body = reader.GetFieldValue<byte[]>(7),
        };
    }

    private NpgsqlCommand Command(string sql, long institutionId, EventFilter filter, IdRange range, int rows)
    {
        var command = database.CreateCommand(sql);
        command.Parameters.AddWithValue(institutionId);
        command.Parameters.AddWithValue(range.First);
        command.Parameters.AddWithValue(range.Before);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)filter.Slug ?? DBNull.Value });
        command.Parameters.AddWithValue(rows);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)filter.Learner ?? DBNull.Value });
        return command;
    }

    private static EventEntry Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), row.TextOrNull(3), row.GetFieldValue<DateTimeOffset>(4),
        row.GetString(5), row.TextOrNull(6));
}
