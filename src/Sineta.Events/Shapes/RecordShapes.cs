using System.Text.Json.Serialization.Metadata;

namespace Sineta.Events.Shapes;

/// <summary>Makes the shape of a record from its properties: their order, names, types and rules.</summary>
internal static class RecordShapes
{
    public static ObjectShape Of(JsonTypeInfo record) => new([.. record.Properties
        .Where(property => property.Get is not null) // the metadata lists ignored properties too, without a getter
        .Select(property => (property.Name, Of(property)))]);

    private static Shape Of(JsonPropertyInfo property)
    {
        var type = property.Options.GetTypeInfo(property.PropertyType);
        return type.Kind switch
        {
            JsonTypeInfoKind.Object => Of(type),
            JsonTypeInfoKind.Enumerable => new ArrayShape(Of(property.Options.GetTypeInfo(type.ElementType!))),
            _ => new Leaf(
                Attribute<Rule>(property).SingleOrDefault() ?? RuleFor(property.PropertyType),
                nullable: property.IsGetNullable,
                [.. Attribute<RelationAttribute>(property)]),
        };
    }

    private static Rule RuleFor(Type type) => type switch
    {
        _ when type == typeof(long) || type == typeof(long?) => IntegerAttribute.Id,
        _ when type == typeof(string) => new TextAttribute(1, 255),
        _ when type == typeof(DateTime) || type == typeof(DateTime?) => new TimestampRule(),
        _ when type == typeof(DateOnly) || type == typeof(DateOnly?) => new DateRule(),
        _ when type == typeof(bool) => new ZeroOrOneRule(),
        _ when type == typeof(bool?) => new TrueOrFalseRule(),
        { IsEnum: true } => new ChoiceRule(Enum.GetNames(type)),
        _ => throw new NotSupportedException($"No rule for {type}: say one with an attribute."),
    };

    private static IEnumerable<T> Attribute<T>(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(inherit: false).OfType<T>() ?? [];
}
