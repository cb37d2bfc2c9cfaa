using System.Net;
using Microsoft.Extensions.Options;

namespace Sineta.Delivery;

/// <summary>Names every fault of the settings when the server starts.</summary>
public sealed class DeliveryOptionsRules : IValidateOptions<DeliveryOptions>
{
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MaxStopPatience = TimeSpan.FromSeconds(20); // the host has 30

    public ValidateOptionsResult Validate(string? name, DeliveryOptions options)
    {
        List<string> faults = [];
        foreach (var network in options.AllowedNetworks)
        {
            if (!IPNetwork.TryParse(network, out _))
                faults.Add($"Delivery:AllowedNetworks: '{network}' is not a range such as 10.0.0.0/8.");
        }
        if (options.ConnectTimeout <= TimeSpan.Zero || options.ConnectTimeout > MaxTimeout)
            faults.Add("Delivery:ConnectTimeout must be over 0 and at most 30 s.");
        if (options.AttemptTimeout <= TimeSpan.Zero || options.AttemptTimeout > MaxTimeout)
            faults.Add("Delivery:AttemptTimeout must be over 0 and at most 30 s.");
        if (options.ResponseBodyLimit is < 0 or > 1024 * 1024)
            faults.Add("Delivery:ResponseBodyLimit must be between 0 and 1,048,576 bytes.");
        if (options.StopPatience < TimeSpan.Zero || options.StopPatience > MaxStopPatience)
            faults.Add("Delivery:StopPatience must be between 0 and 20 s.");
        if (options.RetentionDays is < 1 or > 3_650)
            faults.Add("Delivery:RetentionDays must be between 1 and 3,650.");
        if (Dispatch.RetrySchedule.FaultOf(options.RetrySchedule) is { } fault)
            faults.Add($"Delivery:RetrySchedule: {fault}");
        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
