using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Dispatch;

/// <summary>
/// Ends the open deliveries of deleted endpoints: each fails, on record, without a call. What is in flight ends by itself, or comes back to
/// be ended here. It looks when an endpoint is deleted and every 10 s, so that neither a crash nor another node's deletion leaves any.
/// </summary>
public sealed partial class EndpointRemoval(
    NpgsqlDataSource database, Configuration configuration, DeliveryOptions options, TimeProvider time, ILogger<EndpointRemoval> logger)
    : BackgroundService
{
    private const int Batch = 1_000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private static readonly string ConcludeSql = $"""
        with doomed as (
            select institution_id, id from open_deliveries
            where institution_id = $1 and endpoint_id = $2 and lease is null
            order by next_at, id limit $3 for update skip locked),
        ended as (
            delete from open_deliveries o using doomed d
            where o.institution_id = d.institution_id and o.id = d.id
            returning o.institution_id, o.id, o.event_id, o.endpoint_id, o.cause, o.replay_id),
        recorded as ({AttemptLedger.AbandonSql("The endpoint was deleted.", from: "ended", at: "$4", node: "$5")})
        select count(*) from ended
        """;

    private readonly OnceAMinute _trouble = new(time);
    private readonly Channel<bool> _wake =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        configuration.EndpointChanged += WakeFor;
        try
        {
            while (true)
            {
                await SweepAsync(stoppingToken);
                await WaitAsync(stoppingToken);
            }
        }
        finally
        {
            configuration.EndpointChanged -= WakeFor;
        }
    }

    private void WakeFor(Endpoint changed)
    {
        if (changed.Status == EndpointStatus.Deleted)
            _wake.Writer.TryWrite(true);
    }

    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        using var clock = new CancellationTokenSource(Interval, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, stoppingToken);
        await ((Task)_wake.Reader.ReadAsync(either.Token).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stoppingToken.ThrowIfCancellationRequested();
    }

    private async Task SweepAsync(CancellationToken stoppingToken)
    {
        try
        {
            foreach (var (institutionId, endpointId) in await DeletedAsync(stoppingToken))
            {
                var ended = 0L;
                for (var batch = 1L; batch > 0; ended += batch)
                    batch = await ConcludeAsync(institutionId, endpointId, stoppingToken);
                LogEnded(ended, endpointId, institutionId);
            }
        }
        catch (Exception e) when (Database.IsUnavailable(e))
        {
            if (_trouble.IsDue())
                LogUnavailable(e.Message);
        }
    }

    /// <summary>Deleted endpoints that have something waiting, of whatever institution.</summary>
    private async Task<List<(long InstitutionId, Guid EndpointId)>> DeletedAsync(CancellationToken stoppingToken)
    {
        await using var command = database.CreateCommand(
            """
            select p.institution_id, p.id from endpoints p
            where p.status = 'deleted' and exists (
                select from open_deliveries o where o.institution_id = p.institution_id and o.endpoint_id = p.id and o.lease is null)
            """);
        await using var reader = await command.ExecuteReaderAsync(stoppingToken);
        var deleted = new List<(long, Guid)>();
        while (await reader.ReadAsync(stoppingToken))
            deleted.Add((reader.GetInt64(0), reader.GetGuid(1)));
        return deleted;
    }

    private async Task<long> ConcludeAsync(long institutionId, Guid endpointId, CancellationToken stoppingToken)
    {
        await using var command = database.CreateCommand(ConcludeSql);
        command.Parameters.AddWithValue(institutionId);
        command.Parameters.AddWithValue(endpointId);
        command.Parameters.AddWithValue(Batch);
        command.Parameters.AddWithValue(time.GetUtcNow().UtcDateTime);
        command.Parameters.AddWithValue(options.NodeName);
        return (long)(await command.ExecuteScalarAsync(stoppingToken))!;
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "{Count} deliveries ended with their deleted endpoint {Endpoint} of institution {Institution}")]
    private partial void LogEnded(long count, Guid endpoint, long institution);

    [LoggerMessage(Level = LogLevel.Error, Message = "The deliveries of deleted endpoints could not be ended for now: {Problem}")]
    private partial void LogUnavailable(string problem);
}
