using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Dispatch;

/// <summary>
/// Brings deliveries from the database into lanes that have room: at once where a lane asks, and by a sweep each second for retries that
/// fell due and for what other nodes left behind.
/// </summary>
public sealed partial class DueClaimer(
    DeliveryQueue queue, OutcomeRecorder recorder, NodeLease lease, Configuration configuration, Dispatcher dispatcher, DeliveryMetrics metrics,
    DeliveryOptions options, TimeProvider time, ILogger<DueClaimer> logger) : BackgroundService
{
    private readonly ClaimLine _line = new();
    private readonly OnceAMinute _trouble = new(time);
    private readonly Channel<bool> _asked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private Task<bool>? _nextAsk;
    private long _overdueTicks;

    /// <summary>A lane has room, and something may lie in the database for it.</summary>
    public void Ask(Lane lane)
    {
        if (_line.TryJoin(lane))
            _asked.Writer.TryWrite(true);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        dispatcher.Hungry += Ask;
        metrics.WatchOverdue(() => TimeSpan.FromTicks(Volatile.Read(ref _overdueTicks)));
        metrics.WatchLease(() => lease.Token is not null);
        long? swept = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (swept is not { } last || time.GetElapsedTime(last) >= options.SweepInterval)
                {
                    await SweepAsync(stoppingToken);
                    swept = last = time.GetTimestamp();
                }

                await ClaimAsync(stoppingToken);
                await WaitAsync(options.SweepInterval - time.GetElapsedTime(last), stoppingToken);
            }
            catch (Exception e) when (Database.IsUnavailable(e))
            {
                if (_trouble.IsDue())
                    LogUnavailable(e.Message);
                await Task.Delay(options.DatabaseRetryDelay, time, stoppingToken);
            }
        }
    }

    private async Task SweepAsync(CancellationToken stoppingToken)
    {
        await configuration.RefreshAsync(stoppingToken);
        if (lease.SteadyToken is { } own)
        {
            var (leases, deliveries) = await queue.TakeOverAsync(own, stoppingToken);
            if (deliveries > 0)
                LogTakenOver(leases, deliveries);
        }

        var longest = TimeSpan.Zero;
        foreach (var (institutionId, endpointId, overdue) in await queue.DueAsync(stoppingToken))
        {
            if (configuration.FindEndpoint(institutionId, endpointId) is not { Status: EndpointStatus.Active } endpoint)
                continue;
            _line.TryJoin(dispatcher.LaneOf(endpoint));
            longest = overdue > longest ? overdue : longest;
        }

        Volatile.Write(ref _overdueTicks, longest.Ticks);
    }

    private async Task ClaimAsync(CancellationToken stoppingToken)
    {
        if (lease.Token is not { } token)
            return;
        var wanted = new Dictionary<Guid, (Lane Lane, int Room)>();
        while (wanted.Count < options.ClaimLanes && _line.TryTake(out var lane))
        {
            if (dispatcher.RoomOf(lane) is > 0 and var room)
                wanted[lane.Endpoint.Id] = (lane, Math.Min(room, options.ClaimPerLane));
        }

        foreach (var lanes in wanted.Values.GroupBy(static w => w.Lane.Endpoint.OrderedPerLearner))
            await ClaimAsync(token, [.. lanes], isOrdered: lanes.Key, stoppingToken);
        if (!_line.IsEmpty)
            _asked.Writer.TryWrite(true);
    }

    private async Task ClaimAsync(long token, (Lane Lane, int Room)[] lanes, bool isOrdered, CancellationToken stoppingToken)
    {
        (long, Guid, int)[] wanted = [.. lanes.Select(static l => (l.Lane.Endpoint.InstitutionId, l.Lane.Endpoint.Id, l.Room))];
        var claimed = isOrdered
            ? await queue.ClaimOrderedAsync(token, wanted, stoppingToken)
            : await queue.ClaimAsync(token, wanted, stoppingToken);
        if (!claimed.IsCertain)
        {
            await recorder.ReleaseAsync(claimed.Deliveries, stoppingToken);
            return;
        }

        var byEndpoint = claimed.Deliveries.ToLookup(d => d.EndpointId);
        foreach (var (lane, room) in lanes)
        {
            var deliveries = byEndpoint[lane.Endpoint.Id].ToArray();
            var isUnfinished = claimed.Unfinished.Contains(lane.Endpoint.Id);
            await dispatcher.TakeInAsync(lane, deliveries, more: isUnfinished || deliveries.Length == room);
            if (isUnfinished)
                _line.TryJoin(lane);
        }
    }

    private async Task WaitAsync(TimeSpan left, CancellationToken stoppingToken)
    {
        if (left <= TimeSpan.Zero)
            return;

        // One wait may outlive many sweeps: each sweep's own would stay in the channel until somebody asks.
        var nextAsk = _nextAsk ??= _asked.Reader.WaitToReadAsync(stoppingToken).AsTask();
        await Task.WhenAny(nextAsk, Task.Delay(left, time, stoppingToken));
        if (nextAsk.IsCompleted)
        {
            _asked.Reader.TryRead(out _);
            _nextAsk = null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Took over {Deliveries} deliveries from {Leases} leases that ran out")]
    private partial void LogTakenOver(int leases, int deliveries);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database does not answer the claims: {Problem}")]
    private partial void LogUnavailable(string problem);
}
