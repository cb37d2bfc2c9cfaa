using System.Collections.Frozen;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Dispatch;

/// <summary>
/// Whose attempts somebody listens to, on any node, as this one knew a second ago; and the note of each such attempt, written with its
/// record, by which the listeners' nodes find it. While nobody listens nothing is written.
/// </summary>
public sealed partial class Audience(NpgsqlDataSource database, DeliveryOptions options, TimeProvider time, ILogger<Audience> logger)
    : BackgroundService
{
    private static readonly TimeSpan CleaningInterval = TimeSpan.FromMinutes(1);

    // It looks at every institution, hence at none first.
    private const string ListenedSql = "select institution_id from stream_listeners where until > now()";

    private const string NoteSql = """
        insert into stream_attempts (institution_id, item, delivery_id, number, lease)
        select a.institution_id, a.item, a.delivery_id, a.number, a.lease
        from unnest($1::bigint[], $2::uuid[], $3::smallint[], $4::bigint[]) with ordinality
            as a (institution_id, delivery_id, number, lease, item)
        """;

    // It looks at every institution, hence at none first. What was kept begins later then.
    private const string CleanSql = """
        with old as (
            delete from stream_attempts where noted_at < now() - $1 returning institution_id, transaction),
        gone as (
            select institution_id, max(transaction) as last from old group by institution_id)
        update stream_listeners l set since = greatest(l.since, gone.last) from gone where l.institution_id = gone.institution_id
        """;

    private volatile FrozenSet<long> _listened = [];
    private readonly OnceAMinute _trouble = new(time);

    /// <summary>Brings in who listens now.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ListenedSql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var listened = new List<long>();
        while (await reader.ReadAsync(cancellationToken))
            listened.Add(reader.GetInt64(0));
        if (!_listened.SetEquals(listened))
            _listened = [.. listened];
    }

    /// <summary>Notes those of the attempts that somebody listens to, in the transaction that records them.</summary>
    internal Task NoteAsync(NpgsqlConnection connection, IReadOnlyList<MadeAttempt> made, CancellationToken cancellationToken)
    {
        var listened = _listened;
        return listened.Count == 0
            ? Task.CompletedTask
            : NoteAsync(connection, [.. made.Where(m => listened.Contains(m.Delivery.Event.InstitutionId))], cancellationToken);
    }

    /// <summary>Forgets what nobody comes back for.</summary>
    internal async Task CleanAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(CleanSql);
        command.Parameters.AddWithValue(options.StreamMemory);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.SweepInterval, time);
        var cleaned = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RefreshAsync(stoppingToken);
                if (time.GetElapsedTime(cleaned) < CleaningInterval)
                    continue;
                await CleanAsync(stoppingToken);
                cleaned = time.GetTimestamp();
            }
            catch (Exception e) when (Database.IsUnavailable(e))
            {
                if (_trouble.IsDue())
                    LogUnavailable(e.Message);
            }
        }
    }

    private static async Task NoteAsync(NpgsqlConnection connection, MadeAttempt[] heard, CancellationToken cancellationToken)
    {
        if (heard.Length == 0)
            return;
        await using var command = new NpgsqlCommand(NoteSql, connection);
        command.Parameters.Add(
            new NpgsqlParameter<long[]> { TypedValue = Array.ConvertAll(heard, static m => m.Delivery.Event.InstitutionId) });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = Array.ConvertAll(heard, static m => m.Delivery.Id) });
        command.Parameters.Add(new NpgsqlParameter<short[]> { TypedValue = Array.ConvertAll(heard, static m => (short)m.Number) });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = Array.ConvertAll(heard, static m => m.Lease) });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Who listens to attempts is not known anew for now: {Problem}")]
    private partial void LogUnavailable(string problem);
}
