using Sineta.Learning.Storage;

namespace Sineta.Learning.People;

/// <summary>Holds learners while they act: one learner's actions are one after another.</summary>
internal static class Learners
{
    /// <summary>Locks a user until the transaction ends. Of several, the one with the lower number is to be locked first.</summary>
    /// <returns>The user as it is now; null where the institution has none, or it was removed.</returns>
    public static async Task<User?> LockUserAsync(this CampusTransaction transaction, long userId, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            $"""
            select {UserStore.Columns} from users where institution_id = $1 and id = $2 and removed_at is null for no key update
            """, userId);
        return await command.RowAsync(UserStore.Read, cancellationToken);
    }

    /// <summary>Locks several, in the order of their numbers. Those who were removed are left out.</summary>
    public static async Task<IReadOnlyList<User>> LockUsersAsync(
        this CampusTransaction transaction, long[] userIds, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            $"""
            select {UserStore.Columns} from users where institution_id = $1 and id = any($2) and removed_at is null
            order by id for no key update
            """, userIds);
        return await command.RowsAsync(UserStore.Read, cancellationToken);
    }
}
