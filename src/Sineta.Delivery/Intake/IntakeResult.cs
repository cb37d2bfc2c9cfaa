namespace Sineta.Delivery.Intake;

/// <summary>What became of an event that its contract accepts.</summary>
public abstract record IntakeResult
{
    private IntakeResult()
    {
    }

    /// <summary>Committed, with one delivery for each endpoint that takes its type.</summary>
    public sealed record Accepted(Guid Id, int Deliveries) : IntakeResult;

    /// <summary>The same fact is on record already, under this id.</summary>
    /// <param name="Differs">Whether the data there are others than these, which nobody gets.</param>
    public sealed record Duplicate(Guid Id, bool Differs) : IntakeResult;

    /// <summary>Nothing was stored, or the database has not answered yet: publish again, under the same key, after a while.</summary>
    public sealed record Overloaded(TimeSpan RetryAfter) : IntakeResult;
}
