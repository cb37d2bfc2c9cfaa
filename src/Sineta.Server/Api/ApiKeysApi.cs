using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;
using Sineta.Events;
using Sineta.Server.Api.Description;

namespace Sineta.Server.Api;

/// <summary>An institution's keys. The operator may act for one, with <c>?institution_id=</c>.</summary>
public static class ApiKeysApi
{
    public static void Map(RouteGroupBuilder v1)
    {
        var keys = v1.MapGroup("/api-keys").WithTags("API keys").Requires(Scopes.WebhooksManage, orOperator: true)
            .TakesQuery("institution_id", "For whom the operator acts; not for an institution's own key.", JsonSchemaType.Integer);
        keys.MapPost("", CreateAsync).Accepts<ApiKeyRequest>("application/json")
            .WithName("createApiKey").WithSummary("Make a key")
            .WithDescription("It can have no scope that the calling key lacks. The key itself is in this answer and never again.");
        keys.MapGet("", ListAsync).WithName("listApiKeys").WithSummary("List the keys in force");
        keys.MapDelete("/{id}", RevokeAsync).WithName("revokeApiKey").WithSummary("Revoke a key")
            .WithDescription("It is refused from then on; by other nodes within a second.");
    }

    private static async Task<Results<Created<NewApiKeyBody>, ProblemResult>> CreateAsync(
        Caller caller, HttpRequest http, JsonBody body, ApiKeyStore keys, Configuration configuration, CancellationToken cancellationToken)
    {
        if (!TryFindInstitution(caller, http, configuration, out var institution, out var refusal)
            || !body.TryRead<ApiKeyRequest>(r => r.Faults(caller, out _), out var request, out refusal))
            return refusal!;
        var faults = request.Faults(caller, out var scopes);
        if (faults.Count > 0)
            return ProblemTypes.InvalidBody.With("The key cannot be made.", faults);
        var issued = await keys.CreateAsync(institution!, request.Name!, scopes, cancellationToken);
        await configuration.CatchUpAsync(issued.Version, cancellationToken);
        return TypedResults.Created((string?)null, NewApiKeyBody.Of(issued));
    }

    private static async Task<Results<Ok<Page<ApiKeyBody>>, ProblemResult>> ListAsync(
        Caller caller, HttpRequest http, ApiKeyStore keys, Configuration configuration, CancellationToken cancellationToken)
    {
        if (!TryFindInstitution(caller, http, configuration, out var institution, out var refusal))
            return refusal!;
        var all = await keys.ListAsync(institution!, cancellationToken);
        return TypedResults.Ok(new Page<ApiKeyBody>([.. all.Select(ApiKeyBody.Of)], NextCursor: null));
    }

    private static async Task<Results<NoContent, ProblemResult>> RevokeAsync(
        string id, Caller caller, HttpRequest http, ApiKeyStore keys, Configuration configuration, CancellationToken cancellationToken)
    {
        if (!TryFindInstitution(caller, http, configuration, out var institution, out var refusal))
            return refusal!;
        if (!PublicId.TryParse(PublicId.ApiKey, id, out var key)
            || await keys.RevokeAsync(institution!.Id, key, cancellationToken) is not { } version)
            return ProblemTypes.NotFound.With($"There is no key {id} in force.");
        await configuration.CatchUpAsync(version, cancellationToken);
        return TypedResults.NoContent();
    }

    private static bool TryFindInstitution(
        Caller caller, HttpRequest http, Configuration configuration, out Institution? institution, out ProblemResult? refusal)
    {
        (institution, refusal) = (caller.IsOperator ? null : caller.Institution, null);
        var query = new QueryReader(http.Query);
        if (caller.IsOperator && (!long.TryParse(query.Text("institution_id"), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || (institution = configuration.FindInstitution(id)) is null))
            query.Refuse("institution_id", "Must be the id of an institution: the operator acts for one.");
        refusal = query.Refusal();
        return refusal is null;
    }

    /// <summary>A key to be made.</summary>
    public sealed record ApiKeyRequest
    {
        /// <summary>What it is for.</summary>
        [Required, MaxLength(NameRules.MaxApiKeyName)]
        public string? Name { get; init; }

        /// <summary>events:write, webhooks:manage, learning:manage, read.</summary>
        [Required, MinLength(1)]
        public IReadOnlyList<string> Scopes { get; init; } = [];

        internal List<Fault> Faults(Caller caller, out Scopes scopes)
        {
            List<Fault> faults = [];
            scopes = Delivery.Institutions.Scopes.None;
            if (NameRules.FaultOf(Name, NameRules.MaxApiKeyName) is { } fault)
                faults.Add(new("/name", fault));
            if (Scopes.Count is 0 or > 4)
                faults.Add(new("/scopes", $"Must be 1 to 4 of {AllScopes}."));
            for (var i = 0; i < Math.Min(Scopes.Count, 4); i++)
            {
                if (!ScopeNames.TryParse(Scopes[i], out var scope))
                    faults.Add(new($"/scopes/{i}", $"Must be one of {AllScopes}."));
                else if (!caller.IsOperator && !caller.Scopes.HasFlag(scope))
                    faults.Add(new($"/scopes/{i}", "Is a scope that the calling key does not have."));
                scopes |= scope;
            }

            return faults;
        }

        private static readonly string AllScopes = string.Join(", ", ScopeNames.Format(Delivery.Institutions.Scopes.All));
    }

    /// <param name="Hint">Its first and last characters.</param>
    public sealed record ApiKeyBody(string Id, string Name, string Hint, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt)
    {
        internal static ApiKeyBody Of(ApiKey key) =>
            new(PublicId.Format(PublicId.ApiKey, key.Id), key.Name, key.Hint, ScopeNames.Format(key.Scopes), key.CreatedAt);
    }

    /// <param name="Key">The key itself. It is never shown again.</param>
    public sealed record NewApiKeyBody(string Id, string Name, string Key, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt)
    {
        internal static NewApiKeyBody Of(IssuedKey issued) => new(
            PublicId.Format(PublicId.ApiKey, issued.Key.Id), issued.Key.Name, issued.Token, ScopeNames.Format(issued.Key.Scopes),
            issued.Key.CreatedAt);
    }
}
