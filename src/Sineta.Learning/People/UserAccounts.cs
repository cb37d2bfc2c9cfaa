using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Npgsql;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;
using Sineta.Events;
using Sineta.Learning.Storage;

namespace Sineta.Learning.People;

/// <summary>
/// Lets users sign in by e-mail address and password. A password is set through a link that a manager issues, good for once and three days.
/// </summary>
public sealed class UserAccounts(NpgsqlDataSource database, CampusTransactions campus, TimeProvider time)
{
    /// <summary>The shortest password, in characters.</summary>
    public const int MinPassword = 8;

    /// <summary>The longest, in characters.</summary>
    public const int MaxPassword = 256;

    /// <summary>The longest e-mail address that anybody signs in with, in characters.</summary>
    public const int MaxEmail = 255;

    /// <summary>How long a link is good.</summary>
    public static readonly TimeSpan ResetTime = TimeSpan.FromDays(3);

    private static readonly PasswordHasher<User> Hasher = new();
    private static readonly string NobodysHash = Hasher.HashPassword(null!, Guid.Empty.ToString());

    /// <summary>Whether anybody could have this e-mail address and this password; else nobody need look.</summary>
    public static bool CanBe(string email, string password) => email.Length <= MaxEmail && password.Length <= MaxPassword;

    /// <summary>What all ways to write an e-mail address have in common, as the database reads them.</summary>
    public async Task<string> NameAsync(string email, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select lower($1)");
        command.Parameters.AddWithValue(email.Trim());
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>
    /// The user with this e-mail address and password, and the institution it is of; null where there is none. It takes as long for an
    /// address that nobody has.
    /// </summary>
    /// <remarks>Who signs in has not said of which institution; of several with the same address, the password tells.</remarks>
    public async Task<SignedIn?> SignInAsync(string email, string password, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            select {UserStore.Columns}, institution_id, password_hash from users
            where lower(email) = lower($1) and removed_at is null and password_hash is not null order by institution_id limit 20
            """);
        command.Parameters.AddWithValue(email.Trim());
        var candidates = await command.RowsAsync(
            static row => (User: UserStore.Read(row), InstitutionId: row.GetInt64(10), Hash: row.GetString(11)), cancellationToken);
        if (candidates.Count == 0)
            Hasher.VerifyHashedPassword(null!, NobodysHash, password);
        foreach (var (user, institutionId, hash) in candidates)
        {
            if (Hasher.VerifyHashedPassword(user, hash, password) != PasswordVerificationResult.Failed)
                return new SignedIn(institutionId, user);
        }

        return null;
    }

    /// <summary>Makes a link's token with which the user sets a password; null where there is no such user. Earlier tokens end.</summary>
    public async Task<string?> IssueResetAsync(Institution institution, long userId, CancellationToken cancellationToken)
    {
        var token = NewToken();
        return await campus.RunAsync<string?>(institution, async transaction =>
        {
            await transaction.ExecuteAsync(
                "delete from password_resets where institution_id = $1 and user_id = $2", [userId], cancellationToken);
            var made = await transaction.ExecuteAsync(
                """
                insert into password_resets (institution_id, hash, user_id, expires_at)
                select institution_id, $3, id, $4 from users where institution_id = $1 and id = $2 and removed_at is null
                """, [userId, HashOf(token), transaction.Now + ResetTime], cancellationToken);
            if (made == 0)
                return null;
            await transaction.NoteAsync(
                AuditedChange.PasswordLinksIssued, userId.ToString(CultureInfo.InvariantCulture), detail: null, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return token;
        }, cancellationToken);
    }

    /// <summary>Whether a password can still be set by this token.</summary>
    public async Task<bool> IsResetOpenAsync(long institutionId, string token, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select exists (
                select from password_resets r join users u on u.institution_id = r.institution_id and u.id = r.user_id
                where r.institution_id = $1 and r.hash = $2 and r.expires_at > $3 and u.removed_at is null)
            """);
        command.Parameters.AddWithValue(institutionId);
        command.Parameters.AddWithValue(HashOf(token));
        command.Parameters.AddWithValue(time.GetUtcNow());
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>
    /// Makes the same for each user of a filter who has no password yet, by name, and notes on the audit trail who asked for them.
    /// </summary>
    public Task<IReadOnlyList<IssuedReset>> IssueResetsAsync(
        Institution institution, UserFilter filter, CancellationToken cancellationToken) =>
        campus.RunAsync<IReadOnlyList<IssuedReset>>(institution, async transaction =>
        {
            await using var command = transaction.Command(
                $"""
                select {UserStore.Columns} from users where {UserStore.Wanted(filter with { CannotSignIn = true }, "$2")}
                order by lower(name), id
                """, filter.Sought);
            var users = await command.RowsAsync(UserStore.Read, cancellationToken);
            var expiresAt = transaction.Now + ResetTime;
            var issued = users.ConvertAll(user => new IssuedReset(user, NewToken(), expiresAt));
            long[] ids = [.. users.Select(static u => u.Id)];
            await transaction.ExecuteAsync(
                "delete from password_resets where institution_id = $1 and user_id = any($2)", [ids], cancellationToken);
            await transaction.ExecuteAsync(
                """
                insert into password_resets (institution_id, hash, user_id, expires_at)
                select $1, hash, user_id, $4 from unnest($2::bytea[], $3::bigint[]) issued(hash, user_id)
                """, [issued.Select(static i => HashOf(i.Token)).ToArray(), ids, expiresAt], cancellationToken);
            if (issued.Count > 0)
            {
                await transaction.NoteAsync(
                    AuditedChange.PasswordLinksIssued, "users", issued.Count.ToString(CultureInfo.InvariantCulture), cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            return issued;
        }, cancellationToken);

    /// <summary>Sets the password of the user whose token it is, which ends the token and every session of the user.</summary>
    public async Task<Change<User>> SetPasswordAsync(
        Institution institution, string token, string password, CancellationToken cancellationToken)
    {
        if (password.Length is < MinPassword or > MaxPassword)
            return new Change<User>.Refused([new Fault("/password", $"Must be {MinPassword} to {MaxPassword} characters.")]);
        return await campus.RunAsync<Change<User>>(institution, async transaction =>
        {
            await using var used = transaction.Command(
                """
                with used as (
                    delete from password_resets where institution_id = $1 and hash = $2 and expires_at > $3 returning user_id)
                update users u set password_hash = $4, session_stamp = u.session_stamp + 1 from used
                where u.institution_id = $1 and u.id = used.user_id and u.removed_at is null
                returning u.id, u.name, u.email, u.cpf, u.nickname, u.uuid, u.role, true, u.created_at,
                    u.session_stamp
                """, HashOf(token), time.GetUtcNow(), Hasher.HashPassword(null!, password));
            if (await used.RowAsync(UserStore.Read, cancellationToken) is not { } user)
                return new Change<User>.Unknown("The link was used already, or has expired: ask for another.");
            await transaction.CommitAsync(cancellationToken);
            return new Change<User>.Made(user);
        }, cancellationToken);
    }

    /// <summary>
    /// Sets another password for a user who knows the present one. Every session of the user ends with the old one, and every link that
    /// was issued.
    /// </summary>
    public async Task<Change<User>> ChangePasswordAsync(
        Institution institution, long userId, string current, string password, CancellationToken cancellationToken)
    {
        if (password.Length is < MinPassword or > MaxPassword)
            return new Change<User>.Refused([new Fault("/password", $"Must be {MinPassword} to {MaxPassword} characters.")]);
        return await campus.RunAsync<Change<User>>(institution, async transaction =>
        {
            if (await transaction.LockUserAsync(userId, cancellationToken) is not { } user)
                return new Change<User>.Unknown($"There is no user {userId}.");
            await using var known = transaction.Command("select password_hash from users where institution_id = $1 and id = $2", userId);
            if (await known.RowAsync(static row => row.TextOrNull(0), cancellationToken) is not { } hash
                || Hasher.VerifyHashedPassword(user, hash, current) == PasswordVerificationResult.Failed)
                return new Change<User>.Refused([new Fault("/current", "Is not the present password.")]);
            await transaction.ExecuteAsync(
                "delete from password_resets where institution_id = $1 and user_id = $2", [userId], cancellationToken);
            await using var changing = transaction.Command(
                $"""
                update users set password_hash = $3, session_stamp = session_stamp + 1 where institution_id = $1 and id = $2
                returning {UserStore.Columns}
                """, userId, Hasher.HashPassword(user, password));
            var changed = await changing.RowAsync(UserStore.Read, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return new Change<User>.Made(changed!);
        }, cancellationToken);
    }

    /// <summary>Ends every session of a user, wherever it is.</summary>
    public async Task EndSessionsAsync(long institutionId, long userId, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database, "update users set session_stamp = session_stamp + 1 where institution_id = $1 and id = $2", institutionId, userId);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}

/// <summary>Who signed in.</summary>
public sealed record SignedIn(long InstitutionId, User User);

/// <summary>A link's token, and whose password is set with it.</summary>
public sealed record IssuedReset(User User, string Token, DateTimeOffset ExpiresAt);
