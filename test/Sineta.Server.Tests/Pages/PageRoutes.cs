using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Sineta.Server.Pages;
using Sineta.Server.Tests.Api;

namespace Sineta.Server.Tests.Pages;

/// <summary>The pages' routes that a running server has, new ones too.</summary>
internal static partial class PageRoutes
{
    public static IEnumerable<(string Path, string Method, Roles Admitted)> Of(ApiServer server) =>
        from route in server.Routes
        where route.Metadata.GetMetadata<PageRoute>() is not null
        from method in route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
        let path = "/" + Parameter().Replace(route.RoutePattern.RawText!, "1").Trim('/')
        select (path, method, AdmittedBy(route));

    /// <summary>None where it is open to everybody.</summary>
    private static Roles AdmittedBy(RouteEndpoint route)
    {
        var policies = route.Metadata.GetOrderedMetadata<AuthorizationPolicy>();
        var roles = policies.SelectMany(p => p.Requirements).OfType<RolesAuthorizationRequirement>().LastOrDefault()?.AllowedRoles ?? [];
        return roles.Aggregate(Roles.None, (all, name) => all | PageRoles.Parse(name));
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
