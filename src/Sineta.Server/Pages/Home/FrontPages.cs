using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Sineta.Server.Hosting;

namespace Sineta.Server.Pages.Home;

/// <summary>Where everybody begins.</summary>
internal static class FrontPages
{
    public static void Map(RouteGroupBuilder pages) => pages.MapGet("/", Show);

    private static RazorComponentResult Show(HttpContext context, IHostEnvironment environment, IOptions<ServerOptions> options) =>
        FrontPage.Of(new(Viewer.Of(context), environment.IsDevelopment(), options.Value.DemoSchool));
}

/// <param name="Viewer">Null where nobody is signed in.</param>
/// <param name="HasDemoSchool">Whether there are demo people to sign in as.</param>
public sealed record FrontModel(Viewer? Viewer, bool IsDevelopment, bool HasDemoSchool);
