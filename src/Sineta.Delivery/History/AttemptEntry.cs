using Sineta.Delivery.Dispatch;

namespace Sineta.Delivery.History;

/// <summary>An attempt as the log shows it: what was sent, what came back, and how long each phase took.</summary>
public sealed record AttemptEntry
{
    /// <summary>From 1; 0 is an end without a call. Where a node lost its lease, another may have made a call of the same number.</summary>
    public required int Number { get; init; }

    public required AttemptSummary Summary { get; init; }

    /// <summary>Whether this attempt ended its delivery.</summary>
    public required bool Concluded { get; init; }

    /// <summary>The node that made it.</summary>
    public required string Node { get; init; }

    /// <summary>Null where no call was made.</summary>
    public required AttemptTimings? Timings { get; init; }

    public required string? RemoteAddress { get; init; }

    public required string? TlsVersion { get; init; }

    public required string? HttpVersion { get; init; }

    /// <summary>Null where no call was made.</summary>
    public required SentRequest? Request { get; init; }

    /// <summary>Null where no answer came.</summary>
    public required ReceivedResponse? Response { get; init; }
}

/// <summary>A request as it was sent.</summary>
/// <param name="Url">Where to.</param>
/// <param name="Headers">In the order in which they were sent.</param>
/// <param name="OwnHeaders">The names of those that the endpoint's owner added: their values may be secrets.</param>
/// <param name="Body">Its bytes, masked where the endpoint asked for that.</param>
public sealed record SentRequest(
    Uri Url, IReadOnlyList<KeyValuePair<string, string>> Headers, IReadOnlySet<string> OwnHeaders, ReadOnlyMemory<byte> Body);

/// <summary>An answer as far as it was read.</summary>
/// <param name="Status">Of HTTP.</param>
/// <param name="Headers">A line <c>name: value</c> each.</param>
/// <param name="Body">Its first bytes as they came.</param>
/// <param name="Cut">Whether the body went on.</param>
public sealed record ReceivedResponse(int Status, string Headers, byte[] Body, bool Cut);
