namespace Sineta.Delivery.Dispatch;

/// <summary>What follows an attempt.</summary>
public abstract record NextStep
{
    private NextStep() { }

    /// <summary>The delivery is delivered.</summary>
    public sealed record Done : NextStep;

    /// <summary>The delivery stays pending, and is tried again after the delay.</summary>
    public sealed record Retry(TimeSpan Delay) : NextStep;

    /// <summary>The delivery has failed; it can be resent.</summary>
    public sealed record GiveUp : NextStep;

    /// <summary>The receiver wants no more: the endpoint is disabled, and this delivery held with the others.</summary>
    public sealed record DisableEndpoint(string Reason) : NextStep;
}
