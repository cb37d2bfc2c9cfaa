using Microsoft.OpenApi;

namespace Sineta.Server.Api.Description;

/// <summary>A parameter that a handler reads by itself, for the description.</summary>
public sealed record RequestParameter(string Name, ParameterLocation In, JsonSchemaType Type, string Description)
{
    internal IOpenApiParameter Describe() => new OpenApiParameter
    {
        Name = Name,
        In = In,
        Description = Description,
        Schema = new OpenApiSchema { Type = Type },
    };
}

public static class RequestParameters
{
    /// <summary>Describes a parameter of the query.</summary>
    public static TBuilder TakesQuery<TBuilder>(
        this TBuilder route, string name, string description, JsonSchemaType type = JsonSchemaType.String)
        where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new RequestParameter(name, ParameterLocation.Query, type, description));

    /// <summary>Describes a header.</summary>
    public static TBuilder TakesHeader<TBuilder>(this TBuilder route, string name, string description)
        where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new RequestParameter(name, ParameterLocation.Header, JsonSchemaType.String, description));

    /// <summary>Describes the parameters of every list that has pages.</summary>
    public static TBuilder TakesPage<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route
            .TakesQuery("limit", "Rows of a page, 1 to 200; 50 unless given.", JsonSchemaType.Integer)
            .TakesQuery("cursor", "next_cursor of the page before.");
}
