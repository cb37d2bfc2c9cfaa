using Sineta.Delivery.Endpoints;

namespace Sineta.Delivery.Intake;

/// <summary>
/// What intake rings once events are committed, so that they leave without anybody polling for them. The dispatcher answers it. A delivery
/// is admitted to the dispatcher's memory before the commit, or it is left in the database, from where it is claimed when there is room.
/// </summary>
public abstract class Bell
{
    /// <summary>
    /// Lets events through to their commit: null, and they count as expected until <see cref="Leave"/>. Or, where the endpoint is busy and healthy
    /// and the publisher is patient, a task that completes once it is worth asking again.
    /// </summary>
    public abstract Task? Enter(Endpoint endpoint, int events, bool patient);

    /// <summary>The events that were let through are committed, or will not be.</summary>
    public abstract void Leave(Endpoint endpoint, int events);

    /// <summary>Reserves a place in memory. Each place taken is either rung or withdrawn.</summary>
    public abstract bool TryAdmit(Endpoint endpoint);

    /// <summary>The delivery is committed: under this node's lease, to go at once; or left in the database, to be claimed.</summary>
    public abstract ValueTask RingAsync(OpenDelivery delivery);

    /// <summary>Gives a place back: its delivery was not stored.</summary>
    public abstract void Withdraw(Guid endpointId);
}
