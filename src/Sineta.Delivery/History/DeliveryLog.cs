using Npgsql;
using NpgsqlTypes;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.History;

/// <summary>
/// The log of an institution's deliveries, newest first: those without an end, and those that an attempt has ended. Whatever is asked
/// for, a page costs a bounded scan of an index.
/// </summary>
public sealed class DeliveryLog(HistoryDatabase database, TimeProvider time)
{
    /// <summary>How many rows of a table a window of the search spans at most.</summary>
    internal int WindowRows { get; init; } = 20_000;

    /// <summary>Of a learner with more events than these, deliveries are searched for by time.</summary>
    internal int MaxEventsOfLearner { get; init; } = 500;

    /// <summary>One page.</summary>
    /// <param name="institutionId">Whose log.</param>
    /// <param name="filter">Which deliveries.</param>
    /// <param name="before">Where the page before ended; null on the first.</param>
    /// <param name="limit">How many rows, at most.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<Page<DeliveryEntry>> ReadAsync(
        long institutionId, DeliveryFilter filter, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var range = IdRange.Of(filter.From, filter.Until, before);
        var page = await FannedOutAsync(institutionId, filter, cancellationToken) is { } events
            ? Cut(await OfEvents(institutionId, filter, range, limit + 1, events).RowsAsync(Read, cancellationToken), limit)
            : await SearchAsync(institutionId, filter, range, limit, cancellationToken);
        return page with { Rows = await WithLastAttemptsAsync(institutionId, page.Rows, cancellationToken) };
    }

    /// <summary>One delivery; null where the institution has no such.</summary>
    public async Task<DeliveryEntry?> FindAsync(long institutionId, Guid id, CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(DeliveryLogSql.One);
        command.Parameters.AddWithValue(institutionId);
        command.Parameters.AddWithValue(id);
        var found = await command.RowsAsync(Read, cancellationToken);
        return (await WithLastAttemptsAsync(institutionId, found, cancellationToken)).SingleOrDefault();
    }

    private Task<Page<DeliveryEntry>> SearchAsync(
        long institutionId, DeliveryFilter filter, IdRange range, int limit, CancellationToken cancellationToken)
    {
        var sql = SearchFor(filter);
        var search = new WindowedSearch<DeliveryEntry>(
            (within, rows) => filter.Selects
                ? Command(sql.Edge, institutionId, filter, within, rows).IdAsync(cancellationToken)
                : Task.FromResult<Guid?>(null),
            (within, rows) => Command(sql.Page, institutionId, filter, within, rows).RowsAsync(Read, cancellationToken),
            static d => d.Id, WindowRows, filter.Patience, time);
        return search.ReadAsync(range, limit);
    }

    private static DeliveryLogSql.Search SearchFor(DeliveryFilter filter) => filter switch
    {
        { Status: DeliveryStatus.Pending or DeliveryStatus.Held } => DeliveryLogSql.Open,
        { Status: DeliveryStatus.Failed } => DeliveryLogSql.Failed,
        { Status: DeliveryStatus.Delivered, EndpointId: null } => DeliveryLogSql.Concluded,
        { Status: DeliveryStatus.Delivered } => DeliveryLogSql.ConcludedOfEndpoint,
        { EndpointId: null } => DeliveryLogSql.Every,
        _ => DeliveryLogSql.EveryOfEndpoint,
    };

    /// <summary>The events by which the deliveries are found; null where they are to be found by time.</summary>
    private async Task<IReadOnlyList<FannedOutEvent>?> FannedOutAsync(
        long institutionId, DeliveryFilter filter, CancellationToken cancellationToken)
    {
        if (filter.EventId is null && filter.Learner is null)
            return null;
        await using var command = database.CreateCommand(
            filter.EventId is null ? DeliveryLogSql.FannedOutOfLearner : DeliveryLogSql.FannedOut);
        command.Parameters.AddWithValue(institutionId);
        if (filter.EventId is { } id)
        {
            command.Parameters.AddWithValue(id);
            command.Parameters.Add(Nullable(NpgsqlDbType.Text, filter.Learner));
        }
        else
        {
            command.Parameters.AddWithValue(filter.Learner!);
            command.Parameters.AddWithValue(MaxEventsOfLearner + 1);
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var events = new List<FannedOutEvent>();
        while (await reader.ReadAsync(cancellationToken))
        {
            events.Add(new FannedOutEvent(
                reader.GetGuid(0), reader.GetString(1), reader.TextOrNull(2), reader.IdOrNull(3), reader.IdOrNull(4)));
        }

        return filter.EventId is null && events.Count > MaxEventsOfLearner ? null : events;
    }

    /// <summary>Adds to open deliveries, and to those that ended without a call, the last call that was made.</summary>
    private async Task<IReadOnlyList<DeliveryEntry>> WithLastAttemptsAsync(
        long institutionId, IReadOnlyList<DeliveryEntry> rows, CancellationToken cancellationToken)
    {
        var incomplete = rows.Where(static d => d.Last is null ? d.Attempts > 0 : d.Attempts == 0).Select(static d => d.Id).ToArray();
        if (incomplete.Length == 0)
            return rows;
        await using var command = database.CreateCommand(DeliveryLogSql.LastAttempts);
        command.Parameters.AddWithValue(institutionId);
        command.Parameters.AddWithValue(incomplete);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var last = new Dictionary<Guid, (int Number, AttemptSummary Summary)>();
        while (await reader.ReadAsync(cancellationToken))
            last.Add(reader.GetGuid(0), (reader.GetInt16(1), ReadSummary(reader, 2)));
        return
        [
            .. from row in rows
               select last.TryGetValue(row.Id, out var made) ? row with { Attempts = made.Number, Last = row.Last ?? made.Summary } : row,
        ];
    }

    private NpgsqlCommand OfEvents(
        long institutionId, DeliveryFilter filter, IdRange range, int rows, IReadOnlyList<FannedOutEvent> events)
    {
        var command = Command(DeliveryLogSql.PageOfEvents, institutionId, filter, range, rows);
        command.Parameters.AddWithValue(events.Select(static e => e.Id).ToArray());
        command.Parameters.AddWithValue(events.Select(static e => e.Slug).ToArray());
        command.Parameters.AddWithValue(events.Select(static e => e.Learner).ToArray());
        command.Parameters.AddWithValue(events.Select(static e => e.First).ToArray());
        command.Parameters.AddWithValue(events.Select(static e => e.Last).ToArray());
        return command;
    }

    private NpgsqlCommand Command(string sql, long institutionId, DeliveryFilter filter, IdRange range, int rows)
    {
        var command = database.CreateCommand(sql);
        command.Parameters.AddWithValue(institutionId);
        command.Parameters.AddWithValue(range.First);
        command.Parameters.AddWithValue(range.Before);
        command.Parameters.Add(Nullable(NpgsqlDbType.Uuid, filter.EndpointId));
        command.Parameters.Add(Nullable(NpgsqlDbType.Text, filter.Slug));
        command.Parameters.Add(Nullable(NpgsqlDbType.Text, filter.Learner));
        command.Parameters.Add(Nullable(NpgsqlDbType.Text, filter.Status is { } status ? NameOf(status) : null));
        command.Parameters.AddWithValue(rows);
        return command;
    }

    private static DeliveryEntry Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        EventId = row.GetGuid(1),
        EndpointId = row.GetGuid(2),
        Slug = row.GetString(3),
        Learner = row.TextOrNull(4),
        Cause = row.GetString(5),
        ReplayId = row.IdOrNull(6),
        Status = Enum.Parse<DeliveryStatus>(row.GetString(7), ignoreCase: true),
        Attempts = row.GetInt16(8),
        NextAt = row.MomentOrNull(9),
        Last = row.IsDBNull(10) ? null : ReadSummary(row, 10),
    };

    private static AttemptSummary ReadSummary(NpgsqlDataReader row, int first) => new(
        row.GetFieldValue<DateTimeOffset>(first), row.GetString(first + 1), row.TextOrNull(first + 2),
        row.NumberOrNull(first + 3), row.NumberOrNull(first + 4));

    private static Page<DeliveryEntry> Cut(List<DeliveryEntry> rows, int limit) => Page.Cut(rows, limit, static d => d.Id);

    private static string NameOf(DeliveryStatus status) => status switch
    {
        DeliveryStatus.Pending => "pending",
        DeliveryStatus.Held => "held",
        DeliveryStatus.Delivered => "delivered",
        _ => "failed",
    };

    private static NpgsqlParameter Nullable(NpgsqlDbType type, object? value) =>
        new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };

    private sealed record FannedOutEvent(Guid Id, string Slug, string? Learner, Guid? First, Guid? Last);
}
