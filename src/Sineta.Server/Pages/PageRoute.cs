using Microsoft.AspNetCore.Http.Metadata;

namespace Sineta.Server.Pages;

/// <summary>Marks a route as a page: <see cref="PageGuard"/> stands before it.</summary>
internal sealed record PageRoute;

/// <summary>How many bytes a form may have; of a route and its group the route's own counts.</summary>
internal sealed class FormSize(long bytes) : IRequestSizeLimitMetadata
{
    /// <summary>What people type and tick.</summary>
    public const long WithoutFiles = 256 * 1024;

    public long? MaxRequestBodySize => bytes;
}

/// <summary>Who may open a page.</summary>
internal static class PageAccess
{
    /// <summary>Opens the routes to people of these roles; others are asked to sign in, or refused.</summary>
    public static TBuilder Admits<TBuilder>(this TBuilder routes, Roles roles)
        where TBuilder : IEndpointConventionBuilder =>
        routes.RequireAuthorization(policy => policy.RequireRole(PageRoles.Format(roles)));

    /// <summary>Leads an operator who has not chosen an institution to where one is chosen.</summary>
    public static RouteGroupBuilder OfAnInstitution(this RouteGroupBuilder routes)
    {
        routes.AddEndpointFilter(static async (invocation, next) =>
            Viewer.Of(invocation.HttpContext) is { Institution: null }
                ? TypedResults.LocalRedirect(LocalUrl.With("/institutions", "returnUrl", LocalUrl.Of(invocation.HttpContext.Request)))
                : await next(invocation));
        return routes;
    }
}
