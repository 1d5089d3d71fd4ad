class PaginationParameters:
    page: int
    page_size: int
    item_count: int
    @property
    def first_item(self) -> int: ...
