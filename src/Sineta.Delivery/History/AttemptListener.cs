using System.Threading.Channels;

namespace Sineta.Delivery.History;

/// <summary>
/// One who listens to an institution's attempts. What is not taken yet waits here, up to a bound; beyond it is left out, and told as a gap,
/// so that nothing and nobody waits for the slow. To be disposed.
/// </summary>
public sealed class AttemptListener : IDisposable
{
    internal const int Capacity = 1_000;

    private readonly DeliveryFilter _filter;
    private readonly Func<bool> _isWelcome;
    private readonly Channel<StreamNews> _news = Channel.CreateBounded<StreamNews>(Capacity);
    private long _missed;

    internal AttemptListener(StreamPosition start, DeliveryFilter filter, Func<bool> isWelcome) =>
        (Start, _filter, _isWelcome) = (start, filter, isWelcome);

    /// <summary>Where it begins.</summary>
    public StreamPosition Start { get; }

    /// <summary>What it is told; it ends when the listener is not welcome any more.</summary>
    public ChannelReader<StreamNews> News => _news.Reader;

    internal bool HasEnded => _news.Reader.Completion.IsCompleted;

    public void Dispose()
    {
        _news.Writer.TryComplete();
        while (_news.Reader.TryRead(out _))
        {
            // What nobody takes any more would keep it from being complete.
        }
    }

    /// <summary>Ends it, unless it is still welcome.</summary>
    internal void Recheck()
    {
        if (!_isWelcome())
            _news.Writer.TryComplete();
    }

    internal void Tell(StreamNews.Attempt attempt)
    {
        if (!Takes(attempt.Delivery))
            return;
        if (!TellMissed(attempt.Position) || !_news.Writer.TryWrite(attempt))
            _missed++;
    }

    internal void Tell(StreamNews.Gap gap)
    {
        if (!TellMissed(gap.Position) || !_news.Writer.TryWrite(gap))
            _missed += gap.Missed ?? 1;
    }

    /// <summary>Tells that all is well, where all that happened is told.</summary>
    internal void Tell(StreamNews.Quiet quiet)
    {
        if (TellMissed(quiet.Position))
            _news.Writer.TryWrite(quiet);
    }

    private bool TellMissed(StreamPosition position)
    {
        if (_missed == 0)
            return true;
        if (!_news.Writer.TryWrite(new StreamNews.Gap(position, _missed)))
            return false;
        _missed = 0;
        return true;
    }

    private bool Takes(DeliveryEntry delivery) =>
        (_filter.EndpointId ?? delivery.EndpointId) == delivery.EndpointId
        && (_filter.EventId ?? delivery.EventId) == delivery.EventId
        && (_filter.Slug ?? delivery.Slug) == delivery.Slug
        && (_filter.Status ?? delivery.Status) == delivery.Status
        && (_filter.Learner is null || _filter.Learner == delivery.Learner);
}
