namespace Sineta.Delivery.Tests;

public sealed class DeliveryOptionsTests
{
    [Fact]
    public void The_defaults_are_fine() => Assert.True(new DeliveryOptionsRules().Validate(null, new DeliveryOptions()).Succeeded);

    [Fact]
    public void Every_fault_is_named_at_once()
    {
        var result = new DeliveryOptionsRules().Validate(null, new DeliveryOptions
        {
            AllowedNetworks = ["10.0.0.0/8", "10.0.0.0", "everything"],
            ConnectTimeout = TimeSpan.Zero,
            AttemptTimeout = TimeSpan.FromSeconds(31),
            ResponseBodyLimit = -1,
            RetrySchedule = [5, 0],
        });

        Assert.Equal(
            ["AllowedNetworks", "AllowedNetworks", "ConnectTimeout", "AttemptTimeout", "ResponseBodyLimit", "RetrySchedule"],
            result.Failures!.Select(fault => fault.Split(':', ' ')[1]));
    }
}
