using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Institutions;

namespace Sineta.Server.Pages;

/// <summary>
/// A page, or a part of one that htmx puts in place. It shows what its handler read, and reads nothing itself:
/// <c>return EndpointsPage.Of(new(…));</c>
/// </summary>
public abstract class View<TSelf, TModel> : Part
    where TSelf : View<TSelf, TModel>
{
    [Parameter, EditorRequired]
    public TModel Model { get; set; } = default!;

#pragma warning disable CA1000 // It is called by the page's own name, which says both types.
    public static RazorComponentResult Of(TModel model, int status = StatusCodes.Status200OK) =>
        new(typeof(TSelf), new Dictionary<string, object?> { [nameof(Model)] = model }) { StatusCode = status };
#pragma warning restore CA1000
}

/// <summary>A component that knows the request it is part of.</summary>
public abstract class Part : ComponentBase
{
    [CascadingParameter]
    public HttpContext Http { get; set; } = null!;

    protected Viewer? Viewer => Viewer.Of(Http);

    /// <summary>Whose the page is.</summary>
    protected Institution Institution => Viewer?.Institution ?? throw new InvalidOperationException("The page is of no institution.");
}
