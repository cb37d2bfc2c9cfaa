using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Intake;

namespace Sineta.Delivery.Dispatch;

/// <summary>Events as they go out. One that goes to several endpoints is rendered once for all that get it at about the same time.</summary>
internal sealed class Renderings(Configuration configuration)
{
    private readonly Rendering?[] _last = new Rendering?[1024];

    public RenderedEvent Of(OpenDelivery delivery)
    {
        if (delivery.Cause != DeliveryCause.Event)
            return Render(delivery);
        ref var last = ref _last[(uint)delivery.Event.Id.GetHashCode() % (uint)_last.Length];
        if (last is { } known && ReferenceEquals(known.Event, delivery.Event))
            return known.Rendered;
        var rendered = Render(delivery);
        last = new Rendering(delivery.Event, rendered);
        return rendered;
    }

    private RenderedEvent Render(OpenDelivery delivery) =>
        RenderedEvent.Of(delivery.Event, delivery.Cause, configuration.FindInstitution(delivery.Event.InstitutionId)!.Clock);

    private sealed record Rendering(Event Event, RenderedEvent Rendered);
}
