using Npgsql;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;

namespace Sineta.Learning.Storage;

/// <summary>Runs actions on the campus.</summary>
public sealed class CampusTransactions(EventTransactions events, IdGenerator ids) : IDisposable
{
    private const int MostTries = 10;

    // Fewer than the pool has connections: those who wait for one another's locks must leave some to whoever holds them, and to delivery.
    private const int MostAtOnce = 24;

    private readonly SemaphoreSlim _places = new(MostAtOnce);

    /// <summary>
    /// Runs an action, which commits what is to stay. Where another action crossed it (both made the same thing, or waited for each other)
    /// it is run again, and sees what the other one made.
    /// </summary>
    public async Task<T> RunAsync<T>(Institution institution, Func<CampusTransaction, Task<T>> action, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await _places.WaitAsync(cancellationToken);
            try
            {
                await using var transaction = new CampusTransaction(await events.BeginAsync(cancellationToken), institution, ids);
                return await action(transaction);
            }
            catch (PostgresException e) when (attempt < MostTries && IsCrossed(e))
            {
            }
            finally
            {
                _places.Release();
            }
        }
    }

    public void Dispose() => _places.Dispose();

    private static bool IsCrossed(PostgresException problem) =>
        problem.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure;
}
