using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.History;

/// <summary>
/// Counts every minute what waits for each endpoint, so that a chart can show how it grew and shrank. Of several nodes the first one
/// counts.
/// </summary>
public sealed partial class BacklogSampler(NpgsqlDataSource database, TimeProvider time, ILogger<BacklogSampler> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // It looks at every institution, hence at none first; the lock is asked for first, so that no two nodes count at a time.
    private const string Sql = """
        insert into endpoint_backlog (institution_id, endpoint_id, minute, waiting)
        select institution_id, endpoint_id, date_trunc('minute', $1::timestamptz), count(*)
        from unconcluded_deliveries where (select pg_try_advisory_xact_lock(hashtext('sineta.backlog')))
        group by institution_id, endpoint_id
        on conflict do nothing
        """;

    /// <summary>Counts now.</summary>
    public async Task SampleAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Sql);
        command.Parameters.AddWithValue(time.GetUtcNow().UtcDateTime);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SampleAsync(stoppingToken);
            }
            catch (Exception e) when (Database.IsUnavailable(e))
            {
                LogUnavailable(e.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The backlog was not counted: {Problem}")]
    private partial void LogUnavailable(string problem);
}
