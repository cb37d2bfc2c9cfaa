using System.Net;
using System.Threading.RateLimiting;

namespace Sineta.Server.Pages.Sessions;

/// <summary>How often one may try to sign in: so often for each address, and less often for each account, from wherever.</summary>
public sealed class SignInLimits : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<string> _addresses = Each(permits: 30);
    private readonly PartitionedRateLimiter<string> _accounts = Each(permits: 5);

    /// <summary>Null where the attempt may be made; else how long to wait.</summary>
    public TimeSpan? Refuse(IPAddress? address, string account)
    {
        using var byAddress = _addresses.AttemptAcquire(address?.ToString() ?? "");
        using var byAccount = _accounts.AttemptAcquire(account.ToUpperInvariant());
        var refused = !byAddress.IsAcquired ? byAddress : !byAccount.IsAcquired ? byAccount : null;
        return refused is null ? null : refused.TryGetMetadata(MetadataName.RetryAfter, out var pause) ? pause : Window;
    }

    public void Dispose()
    {
        _addresses.Dispose();
        _accounts.Dispose();
    }

    private static PartitionedRateLimiter<string> Each(int permits) => PartitionedRateLimiter.Create<string, string>(
        one => RateLimitPartition.GetFixedWindowLimiter(one, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = permits,
            Window = Window,
            AutoReplenishment = false,
        }));
}
