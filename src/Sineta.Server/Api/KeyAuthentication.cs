using System.Net;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Institutions;

namespace Sineta.Server.Api;

/// <summary>
/// Lets a request through to a route that says who may call it (<see cref="Access"/>) only with such a key. Keys are found in memory, by
/// their hash; a route without <see cref="Access"/> is open to everybody. Whom it lets through stands before the route's handler: sessions,
/// forms and whatever else the pages need in between costs the API nothing.
/// </summary>
internal sealed class KeyAuthentication(RequestDelegate next, Configuration configuration, OperatorKey operatorKey)
{
    private const string Scheme = "Bearer ";

    private static readonly string[] ProxyHeaders = ["X-Forwarded-For", "X-Original-For", "Forwarded"];

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is not { RequestDelegate: { } handler } route
            || route.Metadata.GetMetadata<Access>() is not { } access || (access.Local && IsLocal(context)))
            return next(context);
        if (context.Request.Headers.Authorization is not [{ } header] || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return RefuseAsync(context, "The request carries no key: send it as 'Authorization: Bearer sk_…'.", "Bearer");
        if (Identify(header.AsSpan(Scheme.Length).Trim()) is not { } caller)
            return RefuseAsync(context, "The key is unknown, or was revoked.", "Bearer error=\"invalid_token\"");
        if (!caller.May(access))
            return ForbidAsync(context, caller, access);

        context.Features.Set(caller);
        Actor.Is(caller.Actor);
        context.Response.Headers.CacheControl = "no-store";
        return handler(context);
    }

    // Whoever comes through a proxy on this machine comes from elsewhere, whatever the proxy says of it.
    private static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address
        && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
        && !ProxyHeaders.Any(context.Request.Headers.ContainsKey);

    private Caller? Identify(ReadOnlySpan<char> token)
    {
        if (configuration.FindKey(token) is { } key)
            return new Caller(key);
        return operatorKey.Matches(token) ? Caller.Operator : null;
    }

    private static Task RefuseAsync(HttpContext context, string detail, string challenge)
    {
        context.Response.Headers.WWWAuthenticate = challenge;
        return ProblemTypes.Unauthorized.With(detail).ExecuteAsync(context);
    }

    private static Task ForbidAsync(HttpContext context, Caller caller, Access access)
    {
        var scopes = string.Join(" ", ScopeNames.Format(access.AnyOf));
        context.Response.Headers.WWWAuthenticate = $"Bearer error=\"insufficient_scope\", scope=\"{scopes}\"";
        var detail = caller.IsOperator ? "This is an institution's: the operator's key does not open it."
            : access.AnyOf == Scopes.None ? "Only the operator's key opens this."
            : $"The key has none of the scopes that open this: {scopes.Replace(" ", ", ", StringComparison.Ordinal)}.";
        return ProblemTypes.Forbidden.With(detail).ExecuteAsync(context);
    }
}
