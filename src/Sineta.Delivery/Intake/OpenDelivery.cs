namespace Sineta.Delivery.Intake;

/// <summary>One event for one endpoint, without an end yet.</summary>
/// <param name="Attempts">How many were made so far.</param>
/// <param name="Lease">The lease under which this node holds it; null where it waits in the database for whoever claims it.</param>
public sealed record OpenDelivery(Guid Id, Event Event, Guid EndpointId, string Cause, Guid? ReplayId, int Attempts, long? Lease)
{
    /// <summary>Whom its only row is shared with, while it is fresh; null where it has a row of its own.</summary>
    public FreshCommit? Commit { get; init; }
}

/// <summary>Why a delivery exists.</summary>
public static class DeliveryCause
{
    public const string Event = "event";
    public const string Resend = "resend";
    public const string Replay = "replay";
    public const string Test = "test";

    /// <summary>A handshake: it is on record like every call, but nothing that happened.</summary>
    public const string Verification = "verification";
}
