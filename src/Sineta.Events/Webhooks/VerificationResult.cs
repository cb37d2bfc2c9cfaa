namespace Sineta.Events;

/// <summary>Whether a delivery is proven to be from who shares the secret, or why not.</summary>
public abstract record VerificationResult
{
    private VerificationResult() { }

    /// <summary>It was signed with one of the secrets, and recently.</summary>
    public sealed record Verified : VerificationResult;

    /// <summary>There is no secret to verify with, so nothing can be proven.</summary>
    public sealed record NoSecret : VerificationResult;

    /// <summary>A header that Standard Webhooks requires is missing or empty.</summary>
    /// <param name="Name">Its name.</param>
    public sealed record MissingHeader(string Name) : VerificationResult;

    /// <summary>The timestamp is not a number of Unix seconds.</summary>
    public sealed record MalformedTimestamp : VerificationResult;

    /// <summary>It was signed too long ago, or in the future: a replay, or a clock that is wrong.</summary>
    /// <param name="Age">How long ago; negative for the future.</param>
    public sealed record OutsideTolerance(TimeSpan Age) : VerificationResult;

    /// <summary>No signature of it was made with one of the secrets.</summary>
    public sealed record WrongSignature : VerificationResult;
}
