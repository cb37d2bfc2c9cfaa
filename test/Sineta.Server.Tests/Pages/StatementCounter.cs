using System.Diagnostics;

namespace Sineta.Server.Tests.Pages;

/// <summary>Counts the statements that requests of one trace send to PostgreSQL, whatever else the process does meanwhile.</summary>
internal sealed class StatementCounter : IDisposable
{
    private readonly ActivityListener _listener;
    private int _count;

    public StatementCounter()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
            Sample = Sample,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>For the header <c>traceparent</c>.</summary>
    public string TraceParent => $"00-{Trace}-{ActivitySpanId.CreateRandom()}-01";

    private ActivityTraceId Trace { get; } = ActivityTraceId.CreateRandom();

    /// <summary>How many there were since the last call.</summary>
    public int Take() => Interlocked.Exchange(ref _count, 0);

    public void Dispose() => _listener.Dispose();

    private ActivitySamplingResult Sample(ref ActivityCreationOptions<ActivityContext> asked)
    {
        if (asked.Source.Name != "Npgsql")
            return ActivitySamplingResult.AllData;
        if (asked.Parent.TraceId == Trace && !asked.Name.StartsWith("CONNECT ", StringComparison.Ordinal))
            Interlocked.Increment(ref _count);
        return ActivitySamplingResult.None;
    }
}
