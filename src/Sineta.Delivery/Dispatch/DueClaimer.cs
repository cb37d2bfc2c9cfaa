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
    DeliveryQueue queue, OutcomeRecorder recorder, NodeLease lease, Configuration configuration, Dispatcher dispatcher, DeliveryOptions options,
    TimeProvider time, ILogger<DueClaimer> logger) : BackgroundService
{
    private readonly ClaimLine _line = new();
    private readonly Channel<bool> _asked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private Task<bool>? _nextAsk;

    /// <summary>A lane has room, and something may lie in the database for it.</summary>
    public void Ask(Lane lane)
    {
        if (_line.TryJoin(lane))
            _asked.Writer.TryWrite(true);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        dispatcher.Hungry += Ask;
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

        foreach (var (institutionId, endpointId) in await queue.DueAsync(stoppingToken))
        {
            if (configuration.FindEndpoint(institutionId, endpointId) is { Status: EndpointStatus.Active } endpoint)
                _line.TryJoin(dispatcher.LaneOf(endpoint));
        }
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

        if (wanted.Count == 0)
            return;
        var claimed = await queue.ClaimAsync(
            token, [.. wanted.Values.Select(w => (w.Lane.Endpoint.InstitutionId, w.Lane.Endpoint.Id, w.Room))], stoppingToken);
        if (!claimed.IsCertain)
        {
            await recorder.ReleaseAsync(claimed.Deliveries, stoppingToken);
            return;
        }

        var byEndpoint = claimed.Deliveries.ToLookup(d => d.EndpointId);
        foreach (var (endpointId, (lane, room)) in wanted)
        {
            var deliveries = byEndpoint[endpointId].ToArray();
            await dispatcher.TakeInAsync(lane, deliveries, more: deliveries.Length == room);
        }

        if (!_line.IsEmpty)
            _asked.Writer.TryWrite(true);
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
