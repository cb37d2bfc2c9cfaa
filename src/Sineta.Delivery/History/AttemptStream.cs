using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.History;

/// <summary>
/// Tells listeners of attempts as they come on record, whichever node made them: by one short look at the database for each institution
/// that somebody listens to here, four times a second. Delivery knows nothing of it but that its attempts are to be noted.
/// </summary>
public sealed partial class AttemptStream(
    StreamStore store, Audience audience, DeliveryOptions options, TimeProvider time, ILogger<AttemptStream> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan QuietInterval = TimeSpan.FromSeconds(15);

    // Nodes go on to note for so long after the last look, so that who comes back within it misses nothing.
    private static readonly TimeSpan ListenTime = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim _one = new(1);
    private readonly List<Broadcast> _broadcasts = [];
    private readonly OnceAMinute _trouble = new(time);
    private long _quietAt = time.GetTimestamp();

    /// <summary>Begins to listen; null where as many listen here as may.</summary>
    /// <param name="institutionId">Whose attempts.</param>
    /// <param name="filter">Those of which endpoint, type, status and learner.</param>
    /// <param name="last">Where the listener was before; null where it is new.</param>
    /// <param name="isWelcome">Whether it still may; asked often.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<AttemptListener?> ListenAsync(
        long institutionId, DeliveryFilter filter, StreamPosition? last, Func<bool> isWelcome, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var broadcast = _broadcasts.Find(b => b.InstitutionId == institutionId) ?? await BeginAsync(institutionId, cancellationToken);
            broadcast.Recheck();
            if (broadcast.Listeners >= options.StreamListeners)
                return null;
            if (last is not null)
                await RenewAsync(broadcast, cancellationToken);
            var listener = new AttemptListener(broadcast.Position, filter, isWelcome);
            await broadcast.JoinAsync(listener, last, cancellationToken);
            return listener;
        }
        finally
        {
            _one.Release();
        }
    }

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await _one.WaitAsync(stoppingToken);
            try
            {
                TellQuiet();
                foreach (var broadcast in _broadcasts.ToArray())
                    await GoOnAsync(broadcast, stoppingToken);
            }
            catch (Exception e) when (Database.IsUnavailable(e))
            {
                if (_trouble.IsDue())
                    LogUnavailable(e.Message);
            }
            finally
            {
                _one.Release();
            }
        }
    }

    private async Task<Broadcast> BeginAsync(long institutionId, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + ListenTime;
        var (since, now) = await store.ListenAsync(institutionId, ListenTime, cancellationToken);
        await audience.RefreshAsync(cancellationToken);
        var broadcast = new Broadcast(institutionId, store, since, now) { ListensUntil = until };
        await broadcast.ReadAsync(cancellationToken);
        _broadcasts.Add(broadcast);
        return broadcast;
    }

    private async Task GoOnAsync(Broadcast broadcast, CancellationToken cancellationToken)
    {
        broadcast.Recheck();
        if (broadcast.Listeners == 0)
        {
            _broadcasts.Remove(broadcast);
            return;
        }

        if (broadcast.ListensUntil - time.GetUtcNow() < ListenTime / 2)
            await RenewAsync(broadcast, cancellationToken);
        await broadcast.ReadAsync(cancellationToken);
    }

    private async Task RenewAsync(Broadcast broadcast, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + ListenTime;
        var (since, _) = await store.ListenAsync(broadcast.InstitutionId, ListenTime, cancellationToken);
        broadcast.ListensUntil = until;
        broadcast.GoOnFrom(since);
    }

    private void TellQuiet()
    {
        if (time.GetElapsedTime(_quietAt) < QuietInterval)
            return;
        _quietAt = time.GetTimestamp();
        _broadcasts.ForEach(static broadcast => broadcast.TellQuiet());
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Listeners are told of attempts later: {Problem}")]
    private partial void LogUnavailable(string problem);
}
