using Sineta.Delivery.History;
using Endpoint = Sineta.Delivery.Endpoints.Endpoint;

namespace Sineta.Server.Pages.Webhooks;

public sealed record EndpointsModel(IReadOnlyList<EndpointRow> Endpoints);

/// <param name="Glance">Of the last day.</param>
public sealed record EndpointRow(Endpoint Endpoint, EndpointGlance Glance);

public sealed record NewEndpointModel(Form Form);

public sealed record EndpointModel(Endpoint Endpoint, EndpointGlance Glance, DeliveryOverview Overview, ChartWindow Window);

public sealed record EndpointSettingsModel(Endpoint Endpoint, Form Form);
