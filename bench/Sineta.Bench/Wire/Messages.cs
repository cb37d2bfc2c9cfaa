using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace Sineta.Bench.Wire;

/// <summary>What the sink is asked.</summary>
[JsonDerivedType(typeof(Reset), "reset")]
[JsonDerivedType(typeof(Count), "count")]
[JsonDerivedType(typeof(Hang), "hang")]
[JsonDerivedType(typeof(Reconcile), "reconcile")]
internal abstract record SinkCommand
{
    private SinkCommand() { }

    /// <summary>Forget every arrival.</summary>
    public sealed record Reset : SinkCommand;

    public sealed record Count : SinkCommand;

    /// <summary>Answer requests for the endpoints from <paramref name="First"/> on, <paramref name="Endpoints"/> of them, only after
    /// <paramref name="Seconds"/>; 0 endpoints: nobody hangs any more.</summary>
    public sealed record Hang(int First, int Endpoints, double Seconds) : SinkCommand;

    /// <summary>Compare what arrived with the <see cref="Accepted"/> records in <paramref name="File"/>; endpoints below
    /// <paramref name="FromEndpoint"/> or from <paramref name="ToEndpoint"/> on are left out.</summary>
    public sealed record Reconcile(string File, int FromEndpoint, int ToEndpoint) : SinkCommand;
}

internal sealed record Listening(int Port);

/// <param name="Requests">Every POST, verifications included.</param>
/// <param name="Distinct">Different pairs of event and endpoint.</param>
/// <param name="Unsigned">Requests without a <c>webhook-signature</c>.</param>
internal sealed record Arrivals(long Requests, long Distinct, long Duplicates, long Unsigned);

/// <param name="Expected">Deliveries of the accepted events.</param>
/// <param name="Unexpected">Arrived, but never acknowledged to the load.</param>
/// <param name="P50Ms">Intended moment of the POST to the first arrival, in milliseconds, as all that follow.</param>
internal sealed record Reconciled(
    long Expected, long Missing, long Duplicates, long Unexpected, double P50Ms, double P99Ms, double P999Ms, double MaxMs)
{
    public IEnumerable<string> Faults()
    {
        if (Missing > 0)
            yield return $"{Missing} of {Expected} accepted deliveries never arrived";
        if (Duplicates > 0)
            yield return $"{Duplicates} deliveries arrived more than once";
    }
}

/// <summary>An acknowledged event: what load and sink compare, through a file of these.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Accepted(UInt128 Event, long IntendedAt, int FirstEndpoint, int Endpoints);

/// <summary>An institution to post to.</summary>
/// <param name="FirstEndpoint">Its endpoints are numbered from here …</param>
/// <param name="Endpoints">… and are this many.</param>
internal sealed record Target(string ApiKey, int FirstEndpoint, int Endpoints);

/// <param name="Rate">Events a second, sent at their moment whatever the server does; null: each connection posts when its last post is
/// answered.</param>
/// <param name="Batch">Events a POST.</param>
/// <param name="OneTypeAnEndpoint">The five event types in turn, each matched by one of the target's five endpoints.</param>
/// <param name="AcceptedFile">Where the acknowledged events are written.</param>
internal sealed record LoadCommand(
    int Port, IReadOnlyList<Target> Targets, int Connections, double Seconds, double? Rate, int Batch, bool OneTypeAnEndpoint,
    string AcceptedFile);

/// <param name="Events">Acknowledged.</param>
/// <param name="Deliveries">Of the acknowledged events.</param>
/// <param name="Overloaded">Posts answered 503 or 429.</param>
/// <param name="Failed">Posts answered otherwise, or not at all.</param>
/// <param name="Unsent">Posts whose moment came but never a free connection.</param>
/// <param name="FirstFailure">What the first failed post was answered.</param>
internal sealed record Loaded(
    long Events, long Deliveries, long Overloaded, long Failed, long Unsent, double Seconds, string? FirstFailure);

internal sealed record RawCommand(int Port, int Concurrency, double Seconds);

internal sealed record Posted(long Requests, long Failed, double Seconds);
