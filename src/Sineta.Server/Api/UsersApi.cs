using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Institutions;
using Sineta.Learning;
using Sineta.Learning.People;
using Sineta.Server.Api.Description;
using static Sineta.Server.Api.ChangeAnswers;

namespace Sineta.Server.Api;

/// <summary>Users: who learns, and who runs the institution.</summary>
public static class UsersApi
{
    private const string List = "users";
    private const string Json = "application/json";
    private const int MaxSearch = 255;

    public static void Map(RouteGroupBuilder v1)
    {
        var reading = v1.MapGroup("/users").WithTags("Users").Requires(Scopes.LearningManage | Scopes.Read);
        reading.MapGet("", ListAsync).TakesPage().TakesQuery("search", "Words of the name or of the e-mail address.")
            .WithName("listUsers").WithSummary("List users")
            .WithDescription("By name. CPFs are shown to keys with the scope learning:manage, and masked to others.");
        reading.MapGet("/{id}", FindAsync).WithName("getUser").WithSummary("Get a user");

        var managing = v1.MapGroup("/users").WithTags("Users").Requires(Scopes.LearningManage);
        managing.MapPost("", RegisterAsync).Accepts<UserDraft>(Json).WithName("createUser").WithSummary("Register a user")
            .WithDescription(
                "A key makes, changes and removes nobody, and lets nobody set a password, who could do more than the key: integrators are "
                + "for keys with events:write and webhooks:manage as well, managers for keys with every scope.");
        managing.MapPatch("/{id}", UpdateAsync).Accepts<UserDraft>(Json).WithName("updateUser").WithSummary("Change a user")
            .WithDescription("What is not given stays. What happened before keeps the name it happened under.");
        managing.MapDelete("/{id}", RemoveAsync).WithName("deleteUser").WithSummary("Remove a user")
            .WithDescription("Nobody signs in or is enrolled under it any more. Its e-mail address, CPF, nickname and uuid are erased; its "
                + "name and what it did stay on record, certificates with what they show and events with what was sent. There is no way back.");
        managing.MapPost("/{id}/password-reset", ResetAsync).WithName("resetUserPassword").WithSummary("Let a user set a password")
            .WithDescription("The answer has the token, which is never shown again. It is good for once and three days, and ends earlier "
                + "ones.");
    }

    private static async Task<Results<Ok<Page<UserBody>>, ProblemResult>> ListAsync(
        Caller caller, HttpRequest http, UserStore users, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Query);
        var list = query.NameList(List, "search");
        var (search, limit, after) = (query.Term("search", MaxSearch), query.Limit(), query.Cursor<NamePosition>(list));
        if (query.Refusal() is { } refusal)
            return refusal;
        var from = after is { } position ? (position.Name, position.Id) : ((string, long)?)null;
        var rows = await users.ListAsync(caller.InstitutionId, new UserFilter(search), from, limit + 1, cancellationToken);
        return TypedResults.Ok(Page.Of(rows, limit, list, u => new NamePosition(u.Name, u.Id).ToString(), u => UserBody.Of(u, caller)));
    }

    private static async Task<Results<Ok<UserBody>, ProblemResult>> FindAsync(
        string id, Caller caller, UserStore users, CancellationToken cancellationToken) =>
        await users.FindAsync(caller.InstitutionId, IdOf(id), cancellationToken) is { } user
            ? TypedResults.Ok(UserBody.Of(user, caller)) : Unknown();

    private static async Task<Results<Created<UserBody>, ProblemResult>> RegisterAsync(
        Caller caller, JsonBody body, UserStore users, CancellationToken cancellationToken)
    {
        if (!body.TryRead<UserDraft>(d => UserRules.Check(d).Faults, out var draft, out var refusal))
            return refusal;
        if (RefusalOf(draft.Role, caller) is { } beyond)
            return beyond;
        var change = await users.RegisterAsync(caller.Institution, draft, cancellationToken);
        return change is Change<User>.Made(var made)
            ? TypedResults.Created($"/v1/users/{made.Id}", UserBody.Of(made, caller)) : change.AsProblem();
    }

    private static async Task<Results<Ok<UserBody>, ProblemResult>> UpdateAsync(
        string id, Caller caller, JsonBody body, UserStore users, CancellationToken cancellationToken)
    {
        if (!body.TryReadPatch<UserDraft>(d => UserRules.Check(d).Faults, out _, out var refusal))
            return refusal;
        if (await users.FindAsync(caller.InstitutionId, IdOf(id), cancellationToken) is not { } user)
            return Unknown();
        if ((RefusalOf(user, caller) ?? RefusalOf(body.Over(UserDraft.Of(user)).Role, caller)) is { } beyond)
            return beyond;
        var change = await users.UpdateAsync(caller.Institution, user.Id, body.Over, cancellationToken);
        return change is Change<User>.Made(var made) ? TypedResults.Ok(UserBody.Of(made, caller)) : change.AsProblem();
    }

    private static async Task<Results<NoContent, ProblemResult>> RemoveAsync(
        string id, Caller caller, UserStore users, CancellationToken cancellationToken)
    {
        if (await users.FindAsync(caller.InstitutionId, IdOf(id), cancellationToken) is not { } user)
            return Unknown();
        if (RefusalOf(user, caller) is { } beyond)
            return beyond;
        var change = await users.RemoveAsync(caller.Institution, user.Id, cancellationToken);
        return change is Change<User>.Made ? TypedResults.NoContent() : change.AsProblem();
    }

    private static async Task<Results<Ok<PasswordResetBody>, ProblemResult>> ResetAsync(
        string id, Caller caller, UserStore users, UserAccounts accounts, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await users.FindAsync(caller.InstitutionId, IdOf(id), cancellationToken) is not { } user)
            return Unknown();
        if (RefusalOf(user, caller) is { } beyond)
            return beyond;
        return await accounts.IssueResetAsync(caller.Institution, user.Id, cancellationToken) is { } token
            ? TypedResults.Ok(new PasswordResetBody(token, time.GetUtcNow() + UserAccounts.ResetTime)) : Unknown();
    }

    private static ProblemResult? RefusalOf(User user, Caller caller) => RefusalOf(Words.Of(user.Role), caller);

    /// <summary>Why a user of this role is out of the caller's reach; null where none is, be it that there is no such role.</summary>
    private static ProblemResult? RefusalOf(string role, Caller caller) =>
        Words.TryParse<Role>(role, out var wanted) && wanted > caller.HighestRole
            ? ProblemTypes.Forbidden.With($"The key may do less than a user who is {(wanted == Role.Integrator ? "an" : "a")} {role}.") : null;

    private static ProblemResult Unknown() => ProblemTypes.NotFound.With("There is no such user.");

    /// <param name="Token">It is never shown again.</param>
    public sealed record PasswordResetBody(string Token, DateTimeOffset ExpiresAt);
}

/// <summary>A user as the API shows it.</summary>
/// <param name="Cpf">000.000.000-00; XXX.XXX.XXX-XX for keys without the scope learning:manage.</param>
/// <param name="Role">learner, integrator or manager.</param>
/// <param name="HasPassword">Whether the user can sign in.</param>
public sealed record UserBody(
    long Id, string Name, string Email, string Cpf, string? Nickname, Guid Uuid, string Role, bool HasPassword, DateTimeOffset CreatedAt)
{
    internal static UserBody Of(User user, Caller caller) => new(
        user.Id, user.Name, user.Email, caller.RunsCampus ? user.Cpf : Sineta.Events.Cpf.Masked, user.Nickname, user.Uuid,
        Words.Of(user.Role), user.HasPassword, user.CreatedAt);
}
