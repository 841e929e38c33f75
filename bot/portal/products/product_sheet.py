"""Everything there is to know about one product: its prices, and the configurations that list them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.portal.models import MISSING, Configuration, ListedProduct, Price, Product
from bot.portal.stripe_answers import TaxSettings


@dataclass(frozen=True, slots=True)
class Listing:
    """A configuration that lists the product, and its entry in the list."""

    configuration: Configuration
    entry: ListedProduct

    @property
    def quantity_changes(self) -> bool:
        """Return whether customers of the configuration may change how many they have."""
        update = self.configuration.subscription_update
        allowed = update.default_allowed_updates
        kinds = () if allowed is MISSING else allowed
        return update.enabled is True and "quantity" in kinds and self.entry.adjustable is not False


@dataclass(frozen=True, slots=True)
class ProductSheet:
    """A product, its prices, and where they are listed. `tax` is None when it may not be read."""

    product: Product
    prices: tuple[Price, ...]
    listings: tuple[Listing, ...]
    tax: TaxSettings | None = None

    @classmethod
    def of(
        cls,
        product: Product,
        prices: Sequence[Price],
        configurations: Iterable[Configuration],
        tax: TaxSettings | None = None,
    ) -> "ProductSheet":
        """Look for the product in the lists of the configurations that are switched on."""
        listings = tuple(
            Listing(configuration, entry)
            for configuration in configurations
            if configuration.active is not False
            for entry in configuration.subscription_update.products or ()
            if entry.product == product.id
        )
        return cls(product, tuple(prices), listings, tax)

    @property
    def quantity_changes(self) -> bool:
        """Return whether customers see the product by the piece: in the portal, or in packages."""
        packages = any(price.has_transform_quantity for price in self.prices if price.active is not False)
        return packages or any(each.quantity_changes for each in self.listings)

    def listed_in(self, price: Price) -> tuple[Configuration, ...]:
        """Return the configurations that list a price."""
        return tuple(each.configuration for each in self.listings if price.id in each.entry.prices)

    def sold(self) -> tuple[Price, ...]:
        """Return the prices that are not archived and are paid again and again."""
        return tuple(each for each in self.prices if each.active is not False and each.type == "recurring")
