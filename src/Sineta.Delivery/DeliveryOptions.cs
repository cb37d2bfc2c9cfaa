using System.Net;

namespace Sineta.Delivery;

/// <summary>The operator's settings of delivery, the section <c>Delivery</c>.</summary>
public sealed class DeliveryOptions
{
    public const string Section = "Delivery";

    /// <summary>Ranges of addresses (CIDR) that may be delivered to although they are not public. None by default.</summary>
    public string[] AllowedNetworks { get; init; } = [];

    /// <summary>Whether an endpoint's URL may be <c>http</c>. False by default.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>The time to resolve, connect and shake hands, 5 s by default, at most 30 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The time for an attempt where the endpoint sets none, the answer's body included: 15 s by default, at most 30 s.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How many bytes of an answer's body are read and kept: 16 KiB by default, at most 1 MiB.</summary>
    public int ResponseBodyLimit { get; init; } = 16 * 1024;

    /// <summary>
    /// The seconds before each retry, in order, where the endpoint sets none. When empty, as by default, those of
    /// <see cref="Dispatch.RetrySchedule.Default"/>.
    /// </summary>
    public int[] RetrySchedule { get; init; } = [];

    /// <summary>
    /// How long calls in flight may go on when the server stops: 5 s by default, at most 20 s. What has no answer by then is called again.
    /// </summary>
    public TimeSpan StopPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>This node's name in the log of attempts: the machine's by default.</summary>
    public string NodeName { get; init; } = Environment.MachineName;

    /// <summary>How long other nodes wait for a silent one before they take over its deliveries: 15 s by default.</summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the database is looked through for what fell due: every second by default.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The pause before a statement is put again to a database that is away: 200 ms by default.</summary>
    public TimeSpan DatabaseRetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The pause before a delivery that met a fault of the server's own is tried again: 30 s by default.</summary>
    public TimeSpan FaultDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Publications that wait for their commit; one more is answered 503. 10,000 by default.</summary>
    public int IntakeQueue { get; init; } = 10_000;

    /// <summary>Bytes of bodies that wait for their commit; more is answered 503. 64 MiB by default.</summary>
    public long IntakeQueueBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long a publisher waits for the commit before it is answered 503: 10 s by default.</summary>
    public TimeSpan IntakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Events in one commit, about: 500 by default.</summary>
    public int IntakeBatch { get; init; } = 500;

    /// <summary>A commit of as many events or more goes by copy, which costs less, and a smaller one in one statement, which is sooner. 48 by default.</summary>
    public int CopyFrom { get; init; } = 48;

    /// <summary>Commits of events at a time: 2 by default.</summary>
    public int IntakeWriters { get; init; } = 2;

    /// <summary>How long a publisher is slowed down for a busy endpoint, at most: 1 s by default.</summary>
    public TimeSpan RoomPatience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Deliveries that wait in memory for each one that its endpoint may have in flight: 64 by default.</summary>
    public int LaneQueuePerFlight { get; init; } = 64;

    /// <summary>
    /// Deliveries of all endpoints in memory, 50,000 by default. Beyond, each endpoint keeps as many as it may have in flight, and the others
    /// wait in the database.
    /// </summary>
    public int MaxInMemory { get; init; } = 50_000;

    /// <summary>Deliveries a second that an endpoint gets after a pause, until what was held is sent: 200 by default.</summary>
    public int CatchUpPerSecond { get; init; } = 200;

    /// <summary>Lanes served by one claim: 256 by default.</summary>
    public int ClaimLanes { get; init; } = 256;

    /// <summary>Deliveries claimed for one lane at a time: 500 by default.</summary>
    public int ClaimPerLane { get; init; } = 500;

    /// <summary>Outcomes that wait for their record; beyond, workers wait. 10,000 by default.</summary>
    public int OutcomeQueue { get; init; } = 10_000;

    /// <summary>Outcomes in one commit, at most: 500 by default.</summary>
    public int OutcomeBatch { get; init; } = 500;

    /// <summary>Commits of outcomes at a time: 2 by default.</summary>
    public int OutcomeWriters { get; init; } = 2;

    /// <summary>How long an outcome waits for others to share its commit: 10 ms by default.</summary>
    public TimeSpan OutcomeLinger { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>An endpoint that has done nothing but fail for so long is disabled: 5 days by default.</summary>
    public TimeSpan DisableAfter { get; init; } = TimeSpan.FromDays(5);

    /// <summary>Days for which events, attempts and counters are kept: 90 by default, 1 to 3,650.</summary>
    public int RetentionDays { get; init; } = 90;

    /// <summary>Who may listen to an institution's attempts at a time, on one node; one more is answered 429. 20 by default.</summary>
    public int StreamListeners { get; init; } = 20;

    /// <summary>How long a listener may be away and still be told what it missed: 5 minutes by default.</summary>
    public TimeSpan StreamMemory { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Endpoints that one institution can have: 20,000 by default.</summary>
    public int MaxEndpoints { get; init; } = 20_000;

    /// <summary>The ranges of <see cref="AllowedNetworks"/>, once validated.</summary>
    internal IPNetwork[] ParsedNetworks() => Array.ConvertAll(AllowedNetworks, IPNetwork.Parse);
}
