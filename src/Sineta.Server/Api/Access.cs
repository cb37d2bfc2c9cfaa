using Sineta.Delivery.Institutions;

namespace Sineta.Server.Api;

/// <summary>
/// Who may call a route: keys with any of these scopes; the operator's key as well, or alone, where it says so; and where it says so
/// programs on this machine without a key.
/// </summary>
public sealed record Access(Scopes AnyOf, bool Operator = false, bool Local = false);

public static class AccessConventions
{
    /// <summary>Lets keys call a route that have any of these scopes. Of nested conventions the innermost counts.</summary>
    public static TBuilder Requires<TBuilder>(this TBuilder route, Scopes anyOf, bool orOperator = false)
        where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new Access(anyOf, orOperator));

    /// <summary>Lets only the operator's key call a route.</summary>
    public static TBuilder RequiresOperator<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new Access(Scopes.None, Operator: true));

    /// <summary>Lets the operator's key call a route, and programs on this machine without a key.</summary>
    public static TBuilder RequiresOperatorOrLocal<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new Access(Scopes.None, Operator: true, Local: true));
}
